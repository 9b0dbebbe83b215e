using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>
/// Moves cases to a newly published version. A reviewer who has one open at that moment is not interrupted: the answer
/// names the version that was shown and is translated by the map. Where waiting cases are to finish as they began, only
/// those move that have a label already.
/// </summary>
public sealed class CasesFollowPolicy : IPolicyPublished, IPolicyUse, IUseCase
{
    /// <inheritdoc />
    public int Order => 10;

    /// <inheritdoc />
    public async Task FollowAsync(StudioDbContext db, PolicyPublication publication, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(publication);
        var cases = db.Set<ReviewCase>().Where(c => c.PolicyId == publication.PolicyId && c.PolicyVersionId != publication.ToVersionId);
        if (publication.Pending == PendingCases.Finish)
        {
            cases = cases.Where(c => c.LabelKey != null);
        }

        publication.Tally.CasesMoved += await cases.ExecuteUpdateAsync(
            set => set.SetProperty(c => c.PolicyVersionId, publication.ToVersionId), cancellation);
    }

    /// <inheritdoc />
    public async Task CountAsync(StudioDbContext db, long policyId, PolicyUse use, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(use);
        var labelled = await db.Set<ReviewCase>().Where(c => c.PolicyId == policyId && c.LabelKey != null)
            .GroupBy(c => c.LabelKey!).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation);
        foreach (var label in labelled)
        {
            use.Labelled[label.Key] = label.Count;
        }

        use.Waiting += await db.Set<ReviewCase>().CountAsync(c => c.PolicyId == policyId && c.LabelKey == null, cancellation);
        use.UsedBy.AddRange(await db.Set<ReviewQueue>().Where(q => q.PolicyId == policyId && q.ArchivedAt == null)
            .OrderBy(q => q.Name).Select(q => q.Name).ToListAsync(cancellation));
    }
}
