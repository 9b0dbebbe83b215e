using FluentValidation;

namespace ReviewStudio.Core.Accounts;

/// <summary>Makes an account without a password: its owner sets one by a link.</summary>
public sealed class CreateAccount(IAccountLedger ledger) : IUseCase
{
    private static readonly AccountFormValidator Validator = new();

    /// <returns>The account's public id.</returns>
    /// <exception cref="ValidationException">The form is not in order.</exception>
    /// <exception cref="RefusedException"><c>account.email</c>: another account has this address.</exception>
    public async Task<Guid> RunAsync(AccountForm request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        await Validator.ValidateAndThrowAsync(request, cancellation);
        return await ledger.WriteAsync(
            async db =>
            {
                await AccountDesk.RefuseTakenAsync(db, request.Email, except: 0, cancellation);
                var reviewer = new Reviewer { CreatedAt = ledger.Now, EmailConfirmed = true, LockoutEnabled = true };
                request.WriteTo(reviewer);
                AccountDesk.EndSessions(reviewer);
                db.Add(reviewer);
                await db.SaveChangesAsync(cancellation);
                await AccountDesk.SetRolesAsync(db, reviewer.Id, request.Roles, cancellation);
                ledger.Record(db, actor, "account.created", reviewer.PublicId, new { request.Roles, request.Clearance });
                await db.SaveChangesAsync(cancellation);
                return reviewer.PublicId;
            },
            cancellation);
    }
}
