using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Accounts;

/// <summary>A password, with the token of the link that allows it.</summary>
public sealed record PasswordByLink(string? Token, string? Password);

/// <summary>
/// Sets the password of the account that a link names. The link is what allows it, so there is no actor; the owner is
/// recorded as one. The link ends, a lock ends, and other sessions end.
/// </summary>
public sealed class SetPasswordByLink(IAccountLedger ledger) : IUseCase
{
    private static readonly PasswordHasher<Reviewer> Hasher = new();

    /// <returns>The account's e-mail address, to sign in with.</returns>
    /// <exception cref="RefusedException"><c>account.link</c>: used, run out or wrong; <c>account.password</c>: too weak.</exception>
    public async Task<string> RunAsync(PasswordByLink request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, secret) = PasswordLinks.Parse(request.Token) ?? throw Ended();
        return await ledger.WriteAsync(
            async db =>
            {
                var reviewer = await db.Set<Reviewer>().SingleOrDefaultAsync(r => r.PublicId == account && r.Active, cancellation) ?? throw Ended();
                var row = await db.FindAsync<IdentityUserToken<long>>([reviewer.Id, PasswordLinks.Provider, PasswordLinks.Name], cancellation);
                if (!PasswordLinks.Fits(row, secret, ledger.Now))
                {
                    throw Ended();
                }

                if (PasswordRules.Problem(request.Password) is { } problem)
                {
                    throw new RefusedException("account.password", problem);
                }

                reviewer.PasswordHash = Hasher.HashPassword(reviewer, request.Password!);
                reviewer.AccessFailedCount = 0;
                reviewer.LockoutEnd = null;
                AccountDesk.EndSessions(reviewer);
                AccountDesk.Touch(reviewer);
                db.Remove(row!);
                var owner = new Actor(reviewer.Id, reviewer.DisplayName, new HashSet<string>(StringComparer.Ordinal));
                ledger.Record(db, owner, "account.password_set", reviewer.PublicId);
                await db.SaveChangesAsync(cancellation);
                return reviewer.Email ?? "";
            },
            cancellation);
    }

    private static RefusedException Ended() =>
        new("account.link", "This link has been used or has run out. Ask an administrator for a new one.");
}
