using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>Takes a policy out of use, or brings it back. Its history stays either way.</summary>
public sealed class ArchivePolicy(Database database, TimeProvider clock, IEnumerable<IPolicyUse> uses) : IUseCase
{
    /// <param name="policy">The policy's key or public id.</param>
    /// <param name="archived">True to take it out of use, false to bring it back.</param>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, or <c>policy.used</c>: a queue still judges by it.</exception>
    public Task RunAsync(string policy, bool archived, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.WriteAsync(
            async db =>
            {
                var row = await PolicyDesk.FindAsync(db, policy, cancellation);
                if (archived == row.ArchivedAt is not null)
                {
                    return;
                }

                var use = new PolicyUse();
                foreach (var room in archived ? uses : [])
                {
                    await room.CountAsync(db, row.Id, use, cancellation);
                }

                if (use.UsedBy.Count > 0)
                {
                    throw new RefusedException(
                        "policy.used", $"Content in {string.Join(", ", use.UsedBy.Select(q => $"'{q}'"))} is judged by '{row.Name}'. Archive the queue first, then the policy.");
                }

                row.ArchivedAt = archived ? clock.Instant() : null;
                db.Record(clock, actor, archived ? "policy.archived" : "policy.restored", "policy", row.PublicId, new { row.Key });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
