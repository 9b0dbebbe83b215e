using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>A stored print that is near.</summary>
/// <param name="Distance">Differing bits, 0 to 31.</param>
internal sealed record AlikePrint(long ProbeId, int Frame, int Distance);

/// <summary>Finds stored prints near to a hash, by their bands.</summary>
internal static class FindAlike
{
    private const int AtOnce = 2_500;

    /// <param name="hashes">Of one picture, in each way in which it may be turned.</param>
    /// <param name="most">The greatest distance, at most <see cref="Bands.Complete"/>.</param>
    /// <returns>A row a print, with the least distance to any of the hashes; in no order.</returns>
    public static async Task<List<AlikePrint>> RunAsync(StudioDbContext db, IReadOnlyCollection<PdqHash> hashes, int most, CancellationToken cancellation)
    {
        if (most > Bands.Complete)
        {
            throw new ArgumentOutOfRangeException(nameof(most), $"Bands find all up to {Bands.Complete} bits and not beyond.");
        }

        var keys = hashes.SelectMany(Bands.KeysNear).Distinct().ToArray();
        var found = new Dictionary<long, AlikePrint>();
        foreach (var part in keys.Chunk(AtOnce))
        {
            var prints = from band in db.Set<MediaBand>()
                         join print in db.Set<MediaPrint>() on band.PrintId equals print.Id
                         where part.Contains(band.Key)
                         select new { print.Id, print.ProbeId, print.Frame, print.Hash };
            await foreach (var print in prints.AsAsyncEnumerable().WithCancellation(cancellation))
            {
                if (!found.ContainsKey(print.Id) && PdqHash.TryParse(print.Hash, out var hash) && hashes.Min(h => h.Distance(hash)) is var distance && distance <= most)
                {
                    found.Add(print.Id, new AlikePrint(print.ProbeId, print.Frame, distance));
                }
            }
        }

        return [.. found.Values];
    }
}
