using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>Begins the next edition as a copy of the latest one. Where a draft is there already, it is that one.</summary>
public sealed class StartDraft(Database database, TimeProvider clock) : IUseCase
{
    /// <param name="policy">The policy's key or public id.</param>
    /// <returns>The draft's public id.</returns>
    /// <exception cref="RefusedException"><c>policy.unknown</c> or <c>policy.archived</c>.</exception>
    public Task<Guid> RunAsync(string policy, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.WriteAsync(
            async db =>
            {
                var owner = await PolicyDesk.FindAsync(db, policy, cancellation);
                if (owner.ArchivedAt is not null)
                {
                    throw new RefusedException("policy.archived", $"'{owner.Name}' is archived. Bring it back before you work on a new version.");
                }

                if (await PolicyDesk.DraftAsync(db, owner.Id, cancellation) is { } there)
                {
                    return there.PublicId;
                }

                var latest = await db.Set<PolicyVersion>().AsNoTracking().Include(v => v.Labels)
                    .Where(v => v.PolicyId == owner.Id).OrderByDescending(v => v.Number).FirstAsync(cancellation);
                var draft = new PolicyVersion { PolicyId = owner.Id, Number = latest.Number + 1, CreatedAt = clock.Instant() };
                var content = PolicyContent.Of(latest);
                content.ChangeNote = "";
                PolicyDesk.Write(db, draft, content);
                db.Add(draft);
                db.Record(clock, actor, "policy.draft-started", "policy-version", draft.PublicId, new { owner.Key, draft.Number });
                await db.SaveChangesAsync(cancellation);
                return draft.PublicId;
            },
            cancellation);
    }
}
