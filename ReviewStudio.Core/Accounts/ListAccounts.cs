using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Accounts;

/// <summary>Every account, by name.</summary>
public sealed class ListAccounts(IAccountLedger ledger) : IUseCase
{
    public Task<IReadOnlyList<AccountView>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return ledger.ReadAsync(db => ListAsync(db, ledger.Now, cancellation), cancellation);
    }

    private static async Task<IReadOnlyList<AccountView>> ListAsync(DbContext db, DateTime now, CancellationToken cancellation)
    {
        var roles = (await (from link in db.Set<IdentityUserRole<long>>()
                            join role in db.Set<IdentityRole<long>>() on link.RoleId equals role.Id
                            select new { link.UserId, role.Name }).ToListAsync(cancellation))
            .ToLookup(r => r.UserId, r => r.Name ?? "");
        var passkeys = await db.Set<IdentityUserPasskey<long>>().GroupBy(p => p.UserId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var links = await db.Set<IdentityUserToken<long>>()
            .Where(t => t.LoginProvider == PasswordLinks.Provider && t.Name == PasswordLinks.Name)
            .ToDictionaryAsync(t => t.UserId, t => PasswordLinks.Until(t.Value), cancellation);
        var reviewers = await db.Set<Reviewer>().OrderBy(r => r.DisplayName).ThenBy(r => r.Id).ToListAsync(cancellation);
        return reviewers.ConvertAll(r => View(r, [.. roles[r.Id].OrderBy(Rank)], passkeys.GetValueOrDefault(r.Id), links.GetValueOrDefault(r.Id), now));
    }

    private static AccountView View(Reviewer r, IReadOnlyList<string> roles, int passkeys, DateTime? link, DateTime now) => new(
        r.PublicId,
        r.ConcurrencyStamp ?? "",
        r.DisplayName,
        r.Email ?? "",
        roles,
        r.Group,
        r.Site,
        r.Employment,
        r.Languages,
        r.Clearance,
        r.Active,
        r.CreatedAt,
        r.PasswordHash is not null || passkeys > 0,
        r.TwoFactorEnabled,
        passkeys,
        link > now ? link : null,
        r.LockoutEnd?.UtcDateTime is { } end && end > now ? end : null);

    /// <summary>Roles in the order in which they are always named.</summary>
    private static int Rank(string role) => Roles.All.TakeWhile(r => r != role).Count();
}
