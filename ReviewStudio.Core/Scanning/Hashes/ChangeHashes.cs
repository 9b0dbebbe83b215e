using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>What became of hashes that were sent.</summary>
/// <param name="Changed">Added or removed.</param>
/// <param name="Unchanged">Were there already, or were not there.</param>
public sealed record ChangedHashes(int Changed, int Unchanged);

/// <summary>Adds entries to a hash list and removes them.</summary>
public sealed class ChangeHashes(Database database, ScanBook book, TimeProvider clock) : IUseCase
{
    /// <summary>Most hashes in one request.</summary>
    public const int Most = 50_000;

    private const int Chunk = 500;

    /// <param name="hashes">SHA-256, 64 hex digits each; empty lines are left out.</param>
    /// <param name="remove">Takes them off the list instead.</param>
    /// <exception cref="RefusedException"><c>hash-list.unknown</c>, <c>hash.format</c> or <c>hash.many</c>; nothing was changed.</exception>
    public async Task<ChangedHashes> RunAsync(string key, IEnumerable<string> hashes, bool remove, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var wanted = Read(hashes);
        var changed = await database.WriteAsync(
            async db =>
            {
                await db.LockAsync("hash-lists", LockKind.Exclusive, cancellation);
                var list = await EndHashList.FindAsync(db, key, cancellation);
                var count = 0;
                foreach (var chunk in wanted.Chunk(Chunk))
                {
                    count += remove
                        ? await db.Set<HashEntry>().Where(e => e.ListId == list.Id && chunk.Contains(e.Hash)).ExecuteDeleteAsync(cancellation)
                        : await AddAsync(db, list, chunk, cancellation);
                }

                if (count > 0)
                {
                    list.Entries += remove ? -count : count;
                    list.Edition++;
                    db.Record(clock, actor, remove ? "hash-list.shortened" : "hash-list.extended", "hash-list", list.PublicId, new { list.Key, count });
                    await db.SaveChangesAsync(cancellation);
                }

                return count;
            },
            cancellation);
        book.Forget();
        return new ChangedHashes(changed, wanted.Count - changed);
    }

    private async Task<int> AddAsync(StudioDbContext db, HashList list, string[] hashes, CancellationToken cancellation)
    {
        var there = await db.Set<HashEntry>().Where(e => e.ListId == list.Id && hashes.Contains(e.Hash)).Select(e => e.Hash).ToHashSetAsync(StringComparer.Ordinal, cancellation);
        var now = clock.Instant();
        var rows = hashes.Where(h => !there.Contains(h)).Select(h => new HashEntry { ListId = list.Id, Hash = h, AddedAt = now }).ToList();
        await db.InsertAsync(rows, cancellation);
        return rows.Count;
    }

    private static List<string> Read(IEnumerable<string> hashes)
    {
        var wanted = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var line = 0;
        foreach (var text in hashes)
        {
            line++;
            var hash = text?.Trim().ToLowerInvariant() ?? "";
            if (hash.Length == 0)
            {
                continue;
            }

            if (hash.Length != 64 || !hash.All(c => char.IsAsciiHexDigitLower(c)))
            {
                throw new RefusedException("hash.format", $"Entry {line} is no SHA-256: it takes 64 hex digits. Nothing was changed.");
            }

            if (seen.Add(hash))
            {
                wanted.Add(hash);
            }
        }

        return wanted.Count is > 0 and <= Most ? wanted : throw new RefusedException("hash.many", $"Send 1 to {Most:N0} hashes at once.");
    }
}
