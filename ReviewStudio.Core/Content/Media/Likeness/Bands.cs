namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>A hash cut into bands, for looking near ones up.</summary>
public static class Bands
{
    /// <summary>Bands of a hash.</summary>
    public const int Count = 16;

    /// <summary>Bits of a band.</summary>
    public const int Width = PdqHash.Bits / Count;

    /// <summary>Up to this distance nothing is missed: 31 differing bits leave one of 16 bands with at most one of them.</summary>
    public const int Complete = (2 * Count) - 1;

    /// <summary>The keys under which a hash is found.</summary>
    public static IEnumerable<int> KeysOf(PdqHash hash) => Enumerable.Range(0, Count).Select(band => (band << Width) | hash.Band(band));

    /// <summary>The keys under which hashes up to <see cref="Complete"/> bits away are found, 272 a hash.</summary>
    public static IEnumerable<int> KeysNear(PdqHash hash) => KeysOf(hash).SelectMany(key => Enumerable.Range(0, Width).Select(bit => key ^ (1 << bit)).Prepend(key));
}
