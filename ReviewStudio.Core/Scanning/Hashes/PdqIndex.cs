using ReviewStudio.Core.Content.Media.Likeness;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>A perceptual hash on a list.</summary>
/// <param name="MaxDistance">In how many bits a picture's may differ, 0 to 31.</param>
internal sealed record ListedPicture(PdqHash Hash, int MaxDistance, long ListId, DateTime? ExpiresAt);

/// <summary>
/// Perceptual hashes in memory, found by their bands: 64 bytes and sixteen places of 8 bytes each. What is looked at is a
/// few in a thousand of them, whatever their number.
/// </summary>
internal sealed class PdqIndex
{
    private readonly List<ListedPicture> _entries;

    // Band key in the high half, entry in the low, ascending.
    private readonly long[] _places;

    public PdqIndex(List<ListedPicture> entries)
    {
        _entries = entries;
        _places = [.. entries.SelectMany((e, i) => Bands.KeysOf(e.Hash).Select(key => ((long)key << 32) | (uint)i))];
        Array.Sort(_places);
    }

    public int Count => _entries.Count;

    /// <summary>The entries that a picture matches, in any of the ways in which it may be turned, each with its distance.</summary>
    /// <param name="now">Expired entries match no more.</param>
    public IEnumerable<(ListedPicture Entry, int Distance)> Find(PdqPicture picture, DateTime now)
    {
        if (Count == 0 || picture.Quality < PdqHash.LeastQuality)
        {
            return [];
        }

        var candidates = picture.AllWays.SelectMany(Bands.KeysNear).Distinct().SelectMany(At).ToHashSet();
        return candidates.Select(i => (Entry: _entries[i], Distance: picture.AllWays.Min(h => h.Distance(_entries[i].Hash))))
            .Where(m => m.Distance <= m.Entry.MaxDistance && (m.Entry.ExpiresAt is null || m.Entry.ExpiresAt > now));
    }

    private IEnumerable<int> At(int key)
    {
        var from = Array.BinarySearch(_places, (long)key << 32);
        for (var i = from < 0 ? ~from : from; i < _places.Length && _places[i] >> 32 == key; i++)
        {
            yield return (int)(uint)_places[i];
        }
    }
}
