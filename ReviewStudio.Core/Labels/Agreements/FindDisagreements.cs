using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>Which cell of a heat map to open: two reviewers, two labels, or both.</summary>
public sealed record AgreementCell(long? FirstReviewer = null, long? SecondReviewer = null, string? FirstLabel = null, string? SecondLabel = null);

/// <summary>What somebody said on a case.</summary>
public sealed record Opinion(string Reviewer, string LabelKey, string Note, bool Blind, bool Adjudication, DateTime At);

/// <summary>A case behind a cell, with everything that was said on it.</summary>
/// <param name="LabelKey">Where it stands now; null while nobody has settled it.</param>
public sealed record DisputedCase(Guid CaseId, string Text, string Language, string? LabelKey, IReadOnlyList<Opinion> Opinions);

/// <summary>Opens the cases behind a cell of a heat map, the latest first.</summary>
public sealed class FindDisagreements(Database database, ReadRatings ratings) : IUseCase
{
    /// <summary>Most cases shown at once.</summary>
    public const int Most = 50;

    public async Task<IReadOnlyList<DisputedCase>> RunAsync(AgreementFilter filter, AgreementCell cell, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var cases = (await ratings.RunAsync(filter, cancellation)).GroupBy(r => r.CaseId)
            .Where(g => Fits([.. g], cell)).OrderByDescending(g => g.Max(r => r.At)).Take(Most).Select(g => g.Key).ToList();
        var found = await database.ReadAsync(db => ReadAsync(db, cases, cancellation), cancellation);
        return [.. cases.Select(id => found[id])];
    }

    private static bool Fits(List<Rating> ratings, AgreementCell cell) => ratings
        .SelectMany(a => ratings, (a, b) => (A: a, B: b))
        .Any(p => p.A.ReviewerId != p.B.ReviewerId
            && (cell.FirstReviewer is null || p.A.ReviewerId == cell.FirstReviewer)
            && (cell.SecondReviewer is null || p.B.ReviewerId == cell.SecondReviewer)
            && (cell.FirstLabel is null ? p.A.LabelKey != p.B.LabelKey : p.A.LabelKey == cell.FirstLabel && p.B.LabelKey == cell.SecondLabel));

    private static async Task<Dictionary<long, DisputedCase>> ReadAsync(StudioDbContext db, List<long> ids, CancellationToken cancellation)
    {
        var cases = await (
            from reviewCase in db.Set<ReviewCase>()
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where ids.Contains(reviewCase.Id)
            select new
            {
                reviewCase.Id, reviewCase.PublicId, reviewCase.LabelKey, item.Language,
                Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault(),
            }).ToListAsync(cancellation);
        var opinions = (await (
            from verdict in db.Set<Verdict>()
            join reviewer in db.Set<Reviewer>() on verdict.ReviewerId equals reviewer.Id
            where ids.Contains(verdict.CaseId) && verdict.LabelKey != null && !db.Set<Verdict>().Any(later => later.SupersedesId == verdict.Id)
            orderby verdict.Id
            select new { verdict.CaseId, reviewer.DisplayName, verdict.LabelKey, verdict.Note, verdict.PredictionShown, verdict.Purpose, verdict.CreatedAt }).ToListAsync(cancellation))
            .ToLookup(v => v.CaseId, v => new Opinion(v.DisplayName, v.LabelKey!, v.Note, !v.PredictionShown, v.Purpose == TaskPurpose.Adjudication, v.CreatedAt));
        return cases.ToDictionary(c => c.Id, c => new DisputedCase(c.PublicId, c.Text ?? "", c.Language, c.LabelKey, [.. opinions[c.Id]]));
    }
}
