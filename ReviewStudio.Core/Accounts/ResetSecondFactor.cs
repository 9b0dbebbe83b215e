using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Accounts;

/// <summary>For somebody who lost the phone or the key: takes authenticator codes and passkeys off an account.</summary>
public sealed class ResetSecondFactor(IAccountLedger ledger) : IUseCase
{
    /// <param name="account">The account's public id.</param>
    /// <param name="actor">An administrator.</param>
    /// <param name="cancellation">Stops before anything is changed.</param>
    /// <exception cref="RefusedException">
    /// <c>account.unknown</c>, or <c>account.no_password</c>: without its passkeys nobody could sign in to the account.
    /// </exception>
    public Task RunAsync(Guid account, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return ledger.WriteAsync(
            async db =>
            {
                var reviewer = await AccountDesk.FindAsync(db, account, cancellation);
                if (reviewer.PasswordHash is null)
                {
                    throw new RefusedException("account.no_password", $"{reviewer.DisplayName} has no password. Make a password link first, so that the account stays open to its owner.");
                }

                reviewer.TwoFactorEnabled = false;
                db.RemoveRange(await db.Set<IdentityUserToken<long>>()
                    .Where(t => t.UserId == reviewer.Id && t.LoginProvider != PasswordLinks.Provider).ToListAsync(cancellation));
                db.RemoveRange(await db.Set<IdentityUserPasskey<long>>().Where(p => p.UserId == reviewer.Id).ToListAsync(cancellation));
                AccountDesk.EndSessions(reviewer);
                AccountDesk.Touch(reviewer);
                ledger.Record(db, actor, "account.second_factor_reset", reviewer.PublicId);
                return await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
