using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>A changed draft.</summary>
/// <param name="Policy">The policy's key or public id.</param>
/// <param name="Stamp">The concurrency stamp of the draft as it was read.</param>
/// <param name="Content">The whole new content.</param>
public sealed record DraftEdit(string Policy, Guid Stamp, PolicyContent Content);

/// <summary>Saves a draft, unless somebody else saved it meanwhile.</summary>
public sealed class EditDraft(Database database, TimeProvider clock) : IUseCase
{
    private static readonly PolicyContentValidator Validator = new();

    /// <returns>The draft's new concurrency stamp.</returns>
    /// <exception cref="ValidationException">The content is not in order; the failures name each place.</exception>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>draft.none</c> or <c>draft.conflict</c>.</exception>
    public async Task<Guid> RunAsync(DraftEdit request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        await Validator.ValidateAndThrowAsync(request.Content, cancellation);
        return await database.WriteAsync(
            async db =>
            {
                var policy = await PolicyDesk.FindAsync(db, request.Policy, cancellation);
                var draft = await PolicyDesk.DraftAsReadAsync(db, policy, request.Stamp, cancellation);
                PolicyDesk.Write(db, draft, request.Content);
                db.Record(clock, actor, "policy.draft-saved", "policy-version", draft.PublicId, new { policy.Key, draft.Number });
                try
                {
                    await db.SaveChangesAsync(cancellation);
                }
                catch (DbUpdateConcurrencyException)
                {
                    throw await PolicyDesk.ConflictAsync(db, draft.PublicId, cancellation);
                }

                return draft.ConcurrencyStamp;
            },
            cancellation);
    }
}
