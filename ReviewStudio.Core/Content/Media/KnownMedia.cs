using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Media that were taken in, by their hash.</summary>
internal static class KnownMedia
{
    /// <exception cref="RefusedException"><c>media.unknown</c>: one of them was never sent.</exception>
    public static async Task<IReadOnlyDictionary<string, TakenMedia>> ReadAsync(StudioDbContext db, IEnumerable<string?> hashes, CancellationToken cancellation)
    {
        var wanted = hashes.OfType<string>().Where(h => h.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var found = new Dictionary<string, TakenMedia>(StringComparer.Ordinal);
        foreach (var part in wanted.Chunk(500))
        {
            var probes = await db.Set<MediaProbe>().Where(p => part.Contains(p.Hash)).Select(p => new { p.Hash, p.MediaType, p.Length }).ToListAsync(cancellation);
            probes.ForEach(p => found[p.Hash] = new TakenMedia(p.Hash, p.MediaType, p.Length, MediaFormat.Of(p.MediaType).Modality));
        }

        return wanted.Find(h => !found.ContainsKey(h)) is { } missing
            ? throw new RefusedException("media.unknown", $"No media with the hash '{missing}' were sent. Send the bytes first, or together with the item.")
            : found;
    }
}
