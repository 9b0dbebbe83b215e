using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>Throws a draft away. A policy that was never published keeps its draft: archive the policy instead.</summary>
public sealed class DiscardDraft(Database database, TimeProvider clock) : IUseCase
{
    /// <param name="policy">The policy's key or public id.</param>
    /// <param name="stamp">The concurrency stamp of the draft as it was read.</param>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>draft.none</c>, <c>draft.conflict</c> or <c>draft.only</c>.</exception>
    public Task RunAsync(string policy, Guid stamp, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.WriteAsync(
            async db =>
            {
                var owner = await PolicyDesk.FindAsync(db, policy, cancellation);
                var draft = await PolicyDesk.DraftAsReadAsync(db, owner, stamp, cancellation);
                if (draft.Number == 1)
                {
                    throw new RefusedException("draft.only", $"This draft is all that '{owner.Name}' consists of. Archive the policy if it is not wanted.");
                }

                db.RemoveRange(draft.Labels);
                db.Remove(draft);
                db.Record(clock, actor, "policy.draft-discarded", "policy-version", draft.PublicId, new { owner.Key, draft.Number });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
