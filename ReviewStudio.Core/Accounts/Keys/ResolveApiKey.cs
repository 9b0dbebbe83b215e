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
    private static readonly TimeSpan UseKept = TimeSpan.FromMinutes(1);

    /// <returns>The caller; null for a key that is unknown, revoked or expired, or whose owner is deactivated.</returns>
    public async Task<ApiCaller?> RunAsync(string? key, CancellationToken cancellation)
    {
        if (ApiKeySecret.PrefixOf(key) is not { } prefix)
        {
            return null;
        }

        var now = ledger.Now;
        var found = await ledger.ReadAsync(
            async db => await (
                from row in db.Set<ApiKey>()
                join owner in db.Set<Reviewer>() on row.OwnerId equals owner.Id
                where row.Prefix == prefix && row.RevokedAt == null && row.ExpiresAt > now && owner.Active
                select new { Key = row, owner.DisplayName }).SingleOrDefaultAsync(cancellation),
            cancellation);
        if (found is null || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(found.Key.SecretHash), Encoding.ASCII.GetBytes(ApiKeySecret.Hash(key!))))
        {
            return null;
        }

        var roles = await ledger.ReadAsync(
            db => (from link in db.Set<IdentityUserRole<long>>()
                   join role in db.Set<IdentityRole<long>>() on link.RoleId equals role.Id
                   where link.UserId == found.Key.OwnerId
                   select role.Name!).ToListAsync(cancellation),
            cancellation);
        if (found.Key.LastUsedAt is null || now - found.Key.LastUsedAt > UseKept)
        {
            await ledger.WriteAsync(
                db => db.Set<ApiKey>().Where(k => k.Id == found.Key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancellation), cancellation);
        }

        return new ApiCaller(
            new Actor(found.Key.OwnerId, found.DisplayName, roles.ToHashSet(StringComparer.Ordinal)), found.Key.PublicId, prefix, found.Key.ScopeSet());
    }
}
