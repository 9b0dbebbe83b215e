using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>What a snapshot is pinned to: the labels, and the frozen cases, that there were at one moment.</summary>
/// <param name="Watermark">The highest labelled-example id that counts.</param>
/// <param name="FrozenMark">The highest mark of a frozen case that counts; null for that of the snapshot at this watermark, or of today where there is none.</param>
/// <param name="LikenessMark">The highest print of media that counts when near-duplicates are kept in one split; null as for the frozen mark.</param>
public sealed record SnapshotPin(long Watermark, long? FrozenMark = null, long? LikenessMark = null);

/// <summary>
/// Marks of frozen cases. They count up as cases are frozen, so that a snapshot made again years later leaves out the
/// same cases as the first time, whatever was frozen since. Who freezes announces it as one who appends labels does.
/// </summary>
internal static class FrozenMarks
{
    /// <summary>Freezes cases, in the caller's write transaction.</summary>
    /// <param name="cases">Tracked.</param>
    /// <param name="members">One a case, not yet added.</param>
    public static async Task FreezeAsync(StudioDbContext db, IReadOnlyCollection<ReviewCase> cases, IReadOnlyList<FrozenMember> members, CancellationToken cancellation)
    {
        // The member's key is the mark: it is given out once and never again.
        await db.InsertAsync(members, cancellation);
        var marks = members.ToDictionary(m => m.CaseId, m => m.Id);
        foreach (var reviewCase in cases)
        {
            reviewCase.Frozen = true;
            reviewCase.FrozenMark = marks[reviewCase.Id];
        }

        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Where labels and frozen cases stand, in the caller's write transaction.</summary>
    public static async Task<SnapshotPin> DrawAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        var watermark = await LabelWatermark.DrawAsync(db, policyId, cancellation);
        return new SnapshotPin(watermark, await HighestAsync(db, policyId, cancellation), await HighestPrintAsync(db, cancellation));
    }

    /// <summary>0 when there is none. Prints are kept one after another, so none below it appears later.</summary>
    public static async Task<long> HighestPrintAsync(StudioDbContext db, CancellationToken cancellation) =>
        await db.Set<MediaPrint>().MaxAsync(p => (long?)p.Id, cancellation) ?? 0;

    /// <summary>0 when nothing is frozen.</summary>
    public static async Task<long> HighestAsync(StudioDbContext db, long policyId, CancellationToken cancellation) =>
        await db.Set<ReviewCase>().Where(c => c.PolicyId == policyId && c.FrozenMark != null).MaxAsync(c => c.FrozenMark, cancellation) ?? 0;
}
