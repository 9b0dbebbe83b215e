using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Accounts;

/// <summary>What the account use cases share: finding, roles, and the rule that an administrator always remains.</summary>
internal static class AccountDesk
{
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    public static string Normal(string name) => Normalizer.NormalizeName(name);

    public static RefusedException Conflict() => new(
        "account.conflict",
        "This account changed after you opened it, so nothing was saved over it. Note what you changed, open it again, and set it anew.");

    public static async Task<Reviewer> FindAsync(DbContext db, Guid account, CancellationToken cancellation) =>
        await db.Set<Reviewer>().SingleOrDefaultAsync(r => r.PublicId == account, cancellation)
        ?? throw new RefusedException("account.unknown", "There is no such account any more. Load the list again.");

    /// <exception cref="RefusedException"><c>account.email</c>: another account has this address.</exception>
    public static async Task RefuseTakenAsync(DbContext db, string email, long except, CancellationToken cancellation)
    {
        var normal = Normal(email);
        if (await db.Set<Reviewer>().AnyAsync(r => r.NormalizedUserName == normal && r.Id != except, cancellation))
        {
            throw new RefusedException("account.email", $"There is already an account with the address {email}. Change that one, or use another address.");
        }
    }

    public static Task<List<string>> RolesAsync(DbContext db, long reviewer, CancellationToken cancellation) =>
        (from link in db.Set<IdentityUserRole<long>>()
         join role in db.Set<IdentityRole<long>>() on link.RoleId equals role.Id
         where link.UserId == reviewer
         orderby role.Name
         select role.Name!).ToListAsync(cancellation);

    /// <summary>Makes the account's roles these, without saving. Roles that have no row yet get one.</summary>
    public static async Task SetRolesAsync(DbContext db, long reviewer, IReadOnlySet<string> roles, CancellationToken cancellation)
    {
        var rows = await db.Set<IdentityRole<long>>().ToListAsync(cancellation);
        foreach (var missing in roles.Where(name => rows.TrueForAll(r => r.Name != name)))
        {
            var row = new IdentityRole<long>(missing) { NormalizedName = Normal(missing), ConcurrencyStamp = Guid.NewGuid().ToString() };
            db.Add(row);
            rows.Add(row);
        }

        await db.SaveChangesAsync(cancellation);
        var held = await db.Set<IdentityUserRole<long>>().Where(l => l.UserId == reviewer).ToListAsync(cancellation);
        db.RemoveRange(held.Where(l => !rows.Exists(r => r.Id == l.RoleId && roles.Contains(r.Name!))));
        db.AddRange(rows.Where(r => roles.Contains(r.Name!) && !held.Exists(l => l.RoleId == r.Id))
            .Select(r => new IdentityUserRole<long> { UserId = reviewer, RoleId = r.Id }));
    }

    /// <summary>Administrators who are active and have a password or a passkey.</summary>
    public static IQueryable<Reviewer> Administrators(DbContext db)
    {
        var admins = from link in db.Set<IdentityUserRole<long>>()
                     join role in db.Set<IdentityRole<long>>() on link.RoleId equals role.Id
                     where role.Name == Roles.Admin
                     select link.UserId;
        return db.Set<Reviewer>().Where(r => r.Active && admins.Contains(r.Id)
            && (r.PasswordHash != null || db.Set<IdentityUserPasskey<long>>().Any(p => p.UserId == r.Id)));
    }

    /// <summary>
    /// Called before an account ceases to be an administrator. Renews the stamp of the role as well, so that of two such
    /// changes at the same time one fails, on engines that run them side by side.
    /// </summary>
    /// <exception cref="RefusedException"><c>account.last_admin</c>: no other administrator could sign in.</exception>
    public static async Task KeepAnAdministratorAsync(DbContext db, Reviewer leaving, CancellationToken cancellation)
    {
        if (!await Administrators(db).AnyAsync(r => r.Id != leaving.Id, cancellation))
        {
            throw new RefusedException(
                "account.last_admin",
                $"{leaving.DisplayName} is the last administrator who can sign in. Make somebody else an administrator first, and let them sign in once.");
        }

        var role = await db.Set<IdentityRole<long>>().SingleAsync(r => r.Name == Roles.Admin, cancellation);
        role.ConcurrencyStamp = Guid.NewGuid().ToString();
    }

    /// <summary>Ends the account's sessions: open pages notice within minutes, and other tickets are refused.</summary>
    public static void EndSessions(Reviewer reviewer) => reviewer.SecurityStamp = Guid.NewGuid().ToString("N").ToUpperInvariant();

    public static void Touch(Reviewer reviewer) => reviewer.ConcurrencyStamp = Guid.NewGuid().ToString();
}
