using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Forgets media that were sent and never became a part of an item, as when the item was refused.</summary>
public sealed class SweepMedia(Database database, ForgetMedia forget, TimeProvider clock) : IUseCase
{
    /// <summary>How long media may wait for their item.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    private const int Chunk = 1_000;

    /// <param name="since">Where the last sweep ended; null sweeps all.</param>
    /// <returns>Where the next sweep goes on: what was sent before has its item or is gone.</returns>
    public async Task<DateTime> RunAsync(DateTime? since, CancellationToken cancellation)
    {
        var until = clock.Instant() - Grace;
        var (at, id) = (since ?? DateTime.UnixEpoch, 0L);
        while (true)
        {
            var (from, last) = (at, id);
            var chunk = await database.ReadAsync(
                db => db.Set<MediaProbe>().Where(p => p.CreatedAt < until && (p.CreatedAt > from || (p.CreatedAt == from && p.Id > last)))
                    .OrderBy(p => p.CreatedAt).ThenBy(p => p.Id).Take(Chunk)
                    .Select(p => new { p.Id, p.CreatedAt, p.Hash, Held = db.Set<ItemPart>().Any(part => part.BlobHash == p.Hash) }).ToListAsync(cancellation),
                cancellation);
            if (chunk.Count == 0)
            {
                return until;
            }

            await forget.RunAsync([.. chunk.Where(p => !p.Held).Select(p => p.Hash)], cancellation);
            (at, id) = (chunk[^1].CreatedAt, chunk[^1].Id);
        }
    }
}
