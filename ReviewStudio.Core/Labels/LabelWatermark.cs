using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>
/// The highest label id of a policy below which nothing can appear any more. Ids are given out when a row is written and
/// become visible when it is committed, which engines with many writers at a time do in another order. So whoever
/// appends labels holds a shared lock until the commit, and whoever draws the line waits for them alone.
/// </summary>
public static class LabelWatermark
{
    /// <summary>Announces labels that are about to be appended, in the caller's write transaction.</summary>
    public static Task AnnounceAsync(StudioDbContext db, long policyId, CancellationToken cancellation) =>
        db.LockAsync(Name(policyId), LockKind.Shared, cancellation);

    /// <summary>The watermark, in the caller's write transaction; 0 when the policy has no labels. Keep what follows short.</summary>
    public static async Task<long> DrawAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        await db.LockAsync(Name(policyId), LockKind.Exclusive, cancellation);
        return await db.Set<LabelledExample>().Where(e => e.PolicyId == policyId).MaxAsync(e => (long?)e.Id, cancellation) ?? 0;
    }

    private static string Name(long policyId) => $"labels:{policyId}";
}
