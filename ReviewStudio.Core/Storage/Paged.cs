using System.Buffers.Binary;
using System.Buffers.Text;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Storage;

/// <summary>A page of a list that is read by key, so that its cost does not grow with how far one is.</summary>
/// <param name="Next">Where the next page begins; null on the last one.</param>
public sealed record Paged<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Where a page begins, as a word without meaning to others.</summary>
public static class PageCursor
{
    /// <summary>Most entries a page.</summary>
    public const int Most = 200;

    public static string Write(long key)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, key);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>The key; null for the first page.</returns>
    /// <exception cref="RefusedException"><c>page.cursor</c>: it is none of ours.</exception>
    public static long? Read(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[8];
        return Base64Url.IsValid(cursor, out var length) && length == 8 && Base64Url.TryDecodeFromChars(cursor, bytes, out _)
            ? BinaryPrimitives.ReadInt64BigEndian(bytes)
            : throw new RefusedException("page.cursor", "This is no place in the list. Send 'after' as it stood in 'next', or leave it out to begin.");
    }

    /// <summary>As many as were asked for, within bounds.</summary>
    public static int Size(int? limit) => Math.Clamp(limit ?? 50, 1, Most);

    /// <summary>The page of rows, of which one more than its size was read.</summary>
    public static Paged<TView> Of<TRow, TView>(IReadOnlyList<TRow> rows, int size, Func<TRow, long> key, Func<TRow, TView> view)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new([.. rows.Take(size).Select(view)], rows.Count > size ? Write(key(rows[size - 1])) : null);
    }
}
