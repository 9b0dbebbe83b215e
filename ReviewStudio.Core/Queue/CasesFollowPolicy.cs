using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Counting;
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
        var tallies = await Tallies.ReadAsync(db, cancellation);
        foreach (var label in await LabelsAsync(db, policyId, cancellation))
        {
            if (await AboutAsync(db, tallies, policyId, label, cancellation) is > 0 and var count)
            {
                use.Labelled[label] = count;
            }
        }

        use.Waiting += await AboutAsync(db, tallies, policyId, null, cancellation);
        use.UsedBy.AddRange(await db.Set<ReviewQueue>().Where(q => q.PolicyId == policyId && q.ArchivedAt == null)
            .OrderBy(q => q.Name).Select(q => q.Name).ToListAsync(cancellation));
    }

    /// <summary>Every label that a case of the policy can stand at.</summary>
    internal static Task<List<string>> LabelsAsync(StudioDbContext db, long policyId, CancellationToken cancellation) => (
        from label in db.Set<PolicyLabel>()
        join version in db.Set<PolicyVersion>() on label.PolicyVersionId equals version.Id
        where version.PolicyId == policyId
        select label.Key).Distinct().OrderBy(key => key).ToListAsync(cancellation);

    /// <summary>Counted where that is soon done; else the tally.</summary>
    private static async Task<int> AboutAsync(StudioDbContext db, Dictionary<string, Tally> tallies, long policyId, string? label, CancellationToken cancellation)
    {
        var counted = await db.Set<ReviewCase>().Where(c => c.PolicyId == policyId && c.LabelKey == label).OrderBy(c => c.LabelKey).ThenBy(c => c.Id).Take(Tallies.CountedAtOnce + 1).CountAsync(cancellation);
        return counted > Tallies.CountedAtOnce && tallies.TryGetValue(CountQueues.At(policyId, label), out var tally) ? (int)Math.Max(tally.Count, counted) : counted;
    }
}
