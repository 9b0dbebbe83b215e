using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ReviewStudio.Core.Content;

/// <summary>
/// Numbers by which items with equal content are found: the first 64 bits of SHA-256 over what their parts are, in their
/// order. Who acts on two that are equal compares the parts themselves.
/// </summary>
public static class ItemPrint
{
    /// <summary>Equal where all parts are: texts that read the same, media of the same bytes.</summary>
    /// <returns>Null for an item without content.</returns>
    public static long? Exact(IEnumerable<ItemPart> parts) => Of(parts, hash => hash);

    /// <summary>Equal where texts read the same and media are of the same group of near-duplicates.</summary>
    /// <param name="groups">The number of the group by the media's SHA-256; what is not there is a group of its own.</param>
    /// <returns>Null for an item without content; <see cref="Exact"/> for one without media.</returns>
    public static long? Alike(IEnumerable<ItemPart> parts, IReadOnlyDictionary<string, long> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return Of(parts, hash => groups.TryGetValue(hash, out var group) ? $"group {group}" : hash);
    }

    /// <summary>Whether two items have the same content, part by part.</summary>
    public static bool Same(IReadOnlyCollection<ItemPart> some, IReadOnlyCollection<ItemPart> others)
    {
        ArgumentNullException.ThrowIfNull(some);
        ArgumentNullException.ThrowIfNull(others);
        return some.Count > 0 && Contents(some).SequenceEqual(Contents(others));
    }

    private static IEnumerable<(Modality, string)> Contents(IEnumerable<ItemPart> parts) =>
        parts.OrderBy(p => p.Ordinal).Select(p => (p.Modality, p.BlobHash ?? PlainText.Folded(p.Text ?? ""))).Where(p => p.Item2.Length > 0);

    private static long? Of(IEnumerable<ItemPart> parts, Func<string, string> media)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var any = false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var (modality, content) in Contents(parts))
        {
            // Each part by its own hash: where one ends and the next begins makes a difference.
            SHA256.HashData(Encoding.UTF8.GetBytes(modality == Modality.Text ? content : media(content)), hash);
            sha.AppendData([(byte)modality]);
            sha.AppendData(hash);
            any = true;
        }

        sha.GetHashAndReset(hash);
        return any ? BinaryPrimitives.ReadInt64LittleEndian(hash) : null;
    }
}
