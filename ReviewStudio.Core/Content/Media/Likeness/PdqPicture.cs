namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>What PDQ saw of a picture, in all ways in which it may be turned by quarters or mirrored.</summary>
/// <param name="Quality">0 to 100; below <see cref="PdqHash.LeastQuality"/> the hashes tell nothing.</param>
/// <param name="AllWays">Eight hashes, the upright one first.</param>
public sealed record PdqPicture(int Quality, IReadOnlyList<PdqHash> AllWays)
{
    /// <summary>The hash as it is seen.</summary>
    public PdqHash Hash => AllWays[0];
}
