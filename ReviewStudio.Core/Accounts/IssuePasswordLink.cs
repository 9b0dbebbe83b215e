using Microsoft.AspNetCore.Identity;

namespace ReviewStudio.Core.Accounts;

/// <summary>A link by which the owner of an account sets a password, once.</summary>
/// <param name="Token">For the query of the password page; shown once and not kept.</param>
public sealed record PasswordLink(string Token, DateTime Until);

/// <summary>Makes a one-time password link for a new account or a forgotten password. An earlier link ends.</summary>
public sealed class IssuePasswordLink(IAccountLedger ledger) : IUseCase
{
    /// <param name="account">The account's public id.</param>
    /// <param name="actor">An administrator.</param>
    /// <param name="cancellation">Stops before the link is made.</param>
    /// <exception cref="RefusedException"><c>account.unknown</c> or <c>account.inactive</c>.</exception>
    public Task<PasswordLink> RunAsync(Guid account, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return ledger.WriteAsync(
            async db =>
            {
                var reviewer = await AccountDesk.FindAsync(db, account, cancellation);
                if (!reviewer.Active)
                {
                    throw new RefusedException("account.inactive", $"{reviewer.DisplayName} is deactivated. Activate the account first.");
                }

                var until = ledger.Now + PasswordLinks.Lifetime;
                var (token, value) = PasswordLinks.Make(reviewer.PublicId, until);
                var row = await db.FindAsync<IdentityUserToken<long>>([reviewer.Id, PasswordLinks.Provider, PasswordLinks.Name], cancellation);
                if (row is null)
                {
                    db.Add(row = new IdentityUserToken<long> { UserId = reviewer.Id, LoginProvider = PasswordLinks.Provider, Name = PasswordLinks.Name });
                }

                row.Value = value;
                ledger.Record(db, actor, "account.password_link", reviewer.PublicId);
                await db.SaveChangesAsync(cancellation);
                return new PasswordLink(token, until);
            },
            cancellation);
    }
}
