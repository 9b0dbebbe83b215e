using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>What became of hashes that were sent.</summary>
/// <param name="Changed">Added or removed.</param>
/// <param name="Unchanged">Were there already, or were not there.</param>
public sealed record ChangedHashes(int Changed, int Unchanged);

/// <summary>Hashes to put on a list or to take off it.</summary>
/// <param name="List">The list's key.</param>
/// <param name="Lines">See <see cref="HashLines"/>; empty lines are left out.</param>
/// <param name="Remove">Takes them off instead.</param>
/// <param name="Kind">What hashes are that do not say.</param>
/// <param name="MaxDistance">In how many bits a picture's hash may differ, where the line does not say.</param>
/// <param name="Origin">Where they come from, up to 256 characters.</param>
/// <param name="Reason">Why they are taken off, up to 500 characters.</param>
public sealed record HashChange(
    string List, IEnumerable<string> Lines, bool Remove = false, HashKind Kind = HashKind.Sha256, int MaxDistance = PdqHash.Near, string Origin = "", string Reason = "");

/// <summary>Adds entries to a hash list and removes them; who did it, when, from where and why is kept.</summary>
public sealed class ChangeHashes(Database database, ScanBook book, TimeProvider clock) : IUseCase
{
    /// <summary>Most hashes in one request.</summary>
    public const int Most = 50_000;

    private const int Chunk = 500;
    private const int LongestReason = 500;

    /// <exception cref="RefusedException"><c>hash-list.unknown</c>, <c>hash.format</c>, <c>hash.many</c> or <c>reason.missing</c>; nothing was changed.</exception>
    public async Task<ChangedHashes> RunAsync(HashChange request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var wanted = HashLines.Read(request.Lines, request.Kind, request.MaxDistance);
        if (wanted.Count is 0 or > Most)
        {
            throw new RefusedException("hash.many", $"Send 1 to {Most:N0} hashes at once.");
        }

        if (request.Remove && request.Reason.Trim().Length is 0 or > LongestReason)
        {
            throw new RefusedException("reason.missing", $"Say in 1 to {LongestReason} characters why they are taken off.");
        }

        var changed = await database.WriteAsync(db => ChangeAsync(db, request, wanted, actor, cancellation), cancellation);
        book.Forget();
        return new ChangedHashes(changed, wanted.Count - changed);
    }

    private async Task<int> ChangeAsync(StudioDbContext db, HashChange request, List<WrittenHash> wanted, Actor actor, CancellationToken cancellation)
    {
        await db.LockAsync("hash-lists", LockKind.Exclusive, cancellation);
        var list = await EndHashList.FindAsync(db, request.List, cancellation);
        var change = new HashListChange
        {
            ListId = list.Id,
            ReviewerId = actor.ReviewerId,
            At = clock.Instant(),
            Origin = request.Origin.Length > 256 ? request.Origin[..256] : request.Origin,
            Reason = request.Remove ? request.Reason.Trim() : "",
        };
        db.Add(change);
        await db.SaveChangesAsync(cancellation);
        var count = 0;
        foreach (var chunk in wanted.Chunk(Chunk))
        {
            count += request.Remove ? await RemoveAsync(db, list, chunk, cancellation) : await AddAsync(db, list, change, chunk, cancellation);
        }

        if (count == 0)
        {
            db.Remove(change);
        }
        else
        {
            (change.Added, change.Removed) = request.Remove ? (0, count) : (count, 0);
            list.Entries += change.Added - change.Removed;
            list.Edition++;
            db.Record(
                clock, actor, request.Remove ? "hash-list.shortened" : "hash-list.extended", "hash-list", list.PublicId, new { list.Key, count, change.Origin, change.Reason, change = change.PublicId });
        }

        await db.SaveChangesAsync(cancellation);
        return count;
    }

    private static async Task<int> RemoveAsync(StudioDbContext db, HashList list, WrittenHash[] hashes, CancellationToken cancellation)
    {
        var count = 0;
        foreach (var kind in hashes.GroupBy(h => h.Kind))
        {
            var words = kind.Select(h => h.Hash).ToList();
            count += await db.Set<HashEntry>().Where(e => e.ListId == list.Id && e.Kind == kind.Key && words.Contains(e.Hash)).ExecuteDeleteAsync(cancellation);
        }

        return count;
    }

    private static async Task<int> AddAsync(StudioDbContext db, HashList list, HashListChange change, WrittenHash[] hashes, CancellationToken cancellation)
    {
        var words = Array.ConvertAll(hashes, h => h.Hash);
        var there = (await db.Set<HashEntry>().Where(e => e.ListId == list.Id && words.Contains(e.Hash)).Select(e => new { e.Hash, e.Kind }).ToListAsync(cancellation))
            .Select(e => (e.Hash, e.Kind)).ToHashSet();
        var rows = hashes.Where(h => !there.Contains((h.Hash, h.Kind)))
            .Select(h => new HashEntry { ListId = list.Id, Kind = h.Kind, Hash = h.Hash, MaxDistance = h.MaxDistance, ExpiresAt = h.ExpiresAt, AddedAt = change.At, ChangeId = change.Id }).ToList();
        await db.InsertAsync(rows, cancellation);
        return rows.Count;
    }
}
