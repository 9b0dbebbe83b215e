using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>What a reviewer said on a case, for those who settle it.</summary>
/// <param name="Blind">The reviewer did not see the prediction.</param>
public sealed record CaseOpinion(string Reviewer, string LabelKey, string Note, bool Blind, TaskPurpose Purpose, DateTime At, IReadOnlyList<RationaleMark> Marks);

/// <summary>Reads what was said on a case.</summary>
internal static class Opinions
{
    /// <summary>The standing verdicts of each case, oldest first.</summary>
    public static async Task<ILookup<long, CaseOpinion>> ReadAsync(StudioDbContext db, IReadOnlyCollection<long> caseIds, CancellationToken cancellation)
    {
        var verdicts = await db.Set<Verdict>().AsNoTracking().Include(v => v.Rationales)
            .Where(v => caseIds.Contains(v.CaseId) && v.LabelKey != null && !db.Set<Verdict>().Any(later => later.SupersedesId == v.Id))
            .OrderBy(v => v.Id).ToListAsync(cancellation);
        var ids = verdicts.Select(v => v.ReviewerId).Distinct().ToList();
        var names = await db.Set<Reviewer>().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, r => r.DisplayName, cancellation);
        return verdicts.ToLookup(v => v.CaseId, v => new CaseOpinion(
            names.GetValueOrDefault(v.ReviewerId, "unknown"), v.LabelKey!, v.Note, !v.PredictionShown, v.Purpose, v.CreatedAt,
            [.. v.Rationales.Select(r => new RationaleMark(r.PartOrdinal, r.Kind, r.Start, r.End, r.Top, r.Bottom))]));
    }
}
