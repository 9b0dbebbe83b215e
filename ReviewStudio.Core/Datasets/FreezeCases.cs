using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>Cases for the frozen set that a policy's gates read.</summary>
/// <param name="Name">The set's name where it has to be made.</param>
/// <param name="CaseIds">Keys of labelled cases; none begins an empty set, which keeps one from being begun by itself.</param>
public sealed record FreezeRequest(long PolicyId, string Name, IReadOnlyCollection<long> CaseIds);

/// <summary>Puts labelled cases into the frozen set of a policy's gates: from then on they measure heads and train none.</summary>
public sealed class FreezeCases(Database database, TimeProvider clock) : IUseCase
{
    /// <returns>Cases newly frozen.</returns>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, or <c>case.unlabelled</c>: a case has no label yet.</exception>
    public Task<int> RunAsync(FreezeRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        return database.WriteAsync(db => FreezeAsync(db, request, actor, cancellation), cancellation);
    }

    private async Task<int> FreezeAsync(StudioDbContext db, FreezeRequest request, Actor actor, CancellationToken cancellation)
    {
        var policy = await db.Set<Policy>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == request.PolicyId, cancellation)
            ?? throw new RefusedException("policy.unknown", "There is no such policy. The page Policies lists those that there are.");
        var set = await db.Set<FrozenSet>().SingleOrDefaultAsync(s => s.PolicyId == request.PolicyId && s.ForGates, cancellation);
        if (set is null)
        {
            set = new FrozenSet { PolicyId = request.PolicyId, Name = request.Name, ForGates = true, CreatedAt = clock.Instant() };
            db.Add(set);
            await db.SaveChangesAsync(cancellation);
        }

        await LabelWatermark.AnnounceAsync(db, request.PolicyId, cancellation);
        var frozen = 0;
        foreach (var ids in request.CaseIds.Chunk(500))
        {
            var cases = await db.Set<ReviewCase>().Where(c => c.PolicyId == request.PolicyId && ids.Contains(c.Id) && !c.Frozen).ToListAsync(cancellation);
            var members = new List<FrozenMember>(cases.Count);
            foreach (var reviewCase in cases)
            {
                var label = reviewCase.LabelKey ?? throw new RefusedException("case.unlabelled", "A case without a label cannot be frozen. Judge it first.");
                members.Add(new FrozenMember { FrozenSetId = set.Id, CaseId = reviewCase.Id, LabelKey = label });
            }

            await FrozenMarks.FreezeAsync(db, cases, members, cancellation);
            frozen += cases.Count;
        }

        db.Record(clock, actor, "cases.frozen", "policy", policy.PublicId, new { set = set.Name, cases = frozen });
        await db.SaveChangesAsync(cancellation);
        return frozen;
    }
}
