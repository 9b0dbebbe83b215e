namespace ReviewStudio.Core.Accounts;

/// <summary>Whether an account may sign in.</summary>
/// <param name="Account">The account's public id.</param>
public sealed record AccountActivation(Guid Account, bool Active);

/// <summary>Takes an account out of use, or brings it back. Nothing is deleted: verdicts keep their author.</summary>
public sealed class SetAccountActive(IAccountLedger ledger) : IUseCase
{
    /// <exception cref="RefusedException"><c>account.unknown</c>, <c>account.self</c> or <c>account.last_admin</c>.</exception>
    public Task RunAsync(AccountActivation request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return ledger.WriteAsync(
            async db =>
            {
                var reviewer = await AccountDesk.FindAsync(db, request.Account, cancellation);
                if (reviewer.Active == request.Active)
                {
                    return 0;
                }

                if (!request.Active)
                {
                    var roles = await AccountDesk.RolesAsync(db, reviewer.Id, cancellation);
                    if (roles.Contains(Roles.Admin, StringComparer.Ordinal))
                    {
                        await AccountDesk.KeepAnAdministratorAsync(db, reviewer, cancellation);
                    }

                    if (reviewer.Id == actor.ReviewerId)
                    {
                        throw new RefusedException("account.self", "This is your own account. Another administrator can deactivate it.");
                    }
                }

                reviewer.Active = request.Active;
                AccountDesk.EndSessions(reviewer);
                AccountDesk.Touch(reviewer);
                ledger.Record(db, actor, request.Active ? "account.activated" : "account.deactivated", reviewer.PublicId);
                return await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
