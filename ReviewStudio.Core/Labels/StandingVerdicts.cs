using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>A verdict that nothing supersedes, seen from one policy version.</summary>
/// <param name="Standing">The verdict in that version's labels; null where its label has no counterpart there.</param>
internal sealed record ReadVerdict(long CaseId, long TaskId, StandingVerdict? Standing);

/// <summary>Reads verdicts of whatever version in the labels of one.</summary>
internal static class StandingVerdicts
{
    /// <summary>The verdicts of the cases that nothing supersedes, in the order given, translated to the version.</summary>
    public static async Task<List<ReadVerdict>> ReadAsync(
        StudioDbContext db, IReadOnlyCollection<long> caseIds, long versionId, CancellationToken cancellation)
    {
        var all = await db.Set<Verdict>().Where(v => caseIds.Contains(v.CaseId))
            .OrderBy(v => v.Id)
            .Select(v => new CaseVerdict(v.Id, v.CaseId, v.TaskId, v.SupersedesId, v.LabelKey, v.ReviewerId, v.Purpose, v.PolicyVersionId))
            .ToListAsync(cancellation);
        return await TranslateAsync(db, all, versionId, cancellation);
    }

    /// <summary>Those of the verdicts that none of them supersedes, in the order given, translated to the version.</summary>
    public static async Task<List<ReadVerdict>> TranslateAsync(
        StudioDbContext db, IReadOnlyList<CaseVerdict> all, long versionId, CancellationToken cancellation)
    {
        var superseded = all.Where(v => v.SupersedesId is not null).Select(v => v.SupersedesId!.Value).ToHashSet();
        var maps = new Dictionary<long, LabelMap>();
        var read = new List<ReadVerdict>(all.Count);
        foreach (var verdict in all.Where(v => v.LabelKey is not null && !superseded.Contains(v.Id)))
        {
            var label = verdict.LabelKey;
            if (verdict.PolicyVersionId != versionId)
            {
                if (!maps.TryGetValue(verdict.PolicyVersionId, out var map))
                {
                    maps[verdict.PolicyVersionId] = map = await LabelMaps.ReadAsync(db, verdict.PolicyVersionId, versionId, cancellation);
                }

                label = map.Find(label!);
            }

            var standing = label is null ? null : new StandingVerdict(label, verdict.ReviewerId, verdict.Purpose == TaskPurpose.Adjudication);
            read.Add(new ReadVerdict(verdict.CaseId, verdict.TaskId, standing));
        }

        return read;
    }
}
