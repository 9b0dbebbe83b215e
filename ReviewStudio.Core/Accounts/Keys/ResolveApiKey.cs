using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Accounts.Keys;

/// <summary>Who speaks by a key, and what the key may be used for.</summary>
public sealed record ApiCaller(Actor Actor, Guid KeyId, string Prefix, IReadOnlySet<string> Scopes);

/// <summary>Finds the account behind a key. It is asked at every request, so a key that ended opens nothing from then on.</summary>
public sealed class ResolveApiKey(IAccountLedger ledger) : IUseCase
{
    // One query, translated once: it runs before every request by key.
    private static readonly Func<DbContext, string, DateTime, Task<Found?>> Find = EF.CompileAsyncQuery((DbContext db, string prefix, DateTime now) => (
        from row in db.Set<ApiKey>()
        join owner in db.Set<Reviewer>() on row.OwnerId equals owner.Id
        where row.Prefix == prefix && row.RevokedAt == null && row.ExpiresAt > now && owner.Active
        select new Found(
            row, owner.DisplayName,
            (from link in db.Set<IdentityUserRole<long>>() join role in db.Set<IdentityRole<long>>() on link.RoleId equals role.Id where link.UserId == owner.Id select role.Name!).ToList())).SingleOrDefault());

    private static readonly TimeSpan UseKept = TimeSpan.FromMinutes(1);

    /// <returns>The caller; null for a key that is unknown, revoked or expired, or whose owner is deactivated.</returns>
    public async Task<ApiCaller?> RunAsync(string? key, CancellationToken cancellation)
    {
        if (ApiKeySecret.PrefixOf(key) is not { } prefix)
        {
            return null;
        }

        var now = ledger.Now;
        var found = await ledger.ReadAsync(db => Find(db, prefix, now), cancellation);
        if (found is null || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(found.Key.SecretHash), Encoding.ASCII.GetBytes(ApiKeySecret.Hash(key!))))
        {
            return null;
        }

        if (found.Key.LastUsedAt is null || now - found.Key.LastUsedAt > UseKept)
        {
            await ledger.WriteAsync(
                db => db.Set<ApiKey>().Where(k => k.Id == found.Key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancellation), cancellation);
        }

        return new ApiCaller(
            new Actor(found.Key.OwnerId, found.DisplayName, found.Roles.ToHashSet(StringComparer.Ordinal)), found.Key.PublicId, prefix, found.Key.ScopeSet());
    }

    private sealed record Found(ApiKey Key, string DisplayName, List<string> Roles);
}
