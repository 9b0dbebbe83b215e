using System.Globalization;
using System.Runtime.InteropServices;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>
/// Hashed word 1- and 2-grams with sublinear term frequency. Nothing in it is fitted, so no refit ever invalidates a
/// stored vector; idf and scaling are the head's business. Thread-safe.
/// </summary>
public static class NgramFeaturizer
{
    /// <summary>Part of every vector's version; changes whenever a text could come out differently.</summary>
    public const string Version = "ngram-v1";

    /// <summary>Dimensions of the sparse vector: 2^18.</summary>
    public const int Dimensions = 1 << 18;

    /// <summary>Longest text looked at, in UTF-16 units; what follows is left out.</summary>
    public const int LongestText = 100_000;

    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The n-grams of a text, value 1 + ln(tf).</summary>
    public static SparseVector Featurize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var counts = new Dictionary<int, int>();
        ulong? previous = null;
        foreach (var token in Tokens(text))
        {
            Count(counts, Bucket(token.Hash));
            if (previous is { } before)
            {
                Count(counts, Bucket(Pair(before, token.Hash)));
            }

            previous = token.Hash;
        }

        var indices = counts.Keys.ToArray();
        Array.Sort(indices);
        return new SparseVector(indices, [.. indices.Select(i => 1f + MathF.Log(counts[i]))]);
    }

    /// <summary>The words as the featurizer sees them, in order.</summary>
    public static IEnumerable<TextToken> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = Math.Min(text.Length, LongestText);
        var i = 0;
        while (i < length)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                i++;
                continue;
            }

            var start = i;
            if (StartsUrl(text, i))
            {
                while (i < length && !char.IsWhiteSpace(text[i]))
                {
                    i++;
                }

                yield return new TextToken(start, i - start, Hash("<url>"));
            }
            else if (c == '@' && i + 1 < length && IsWord(text, i + 1))
            {
                i = WordEnd(text, i + 1, length);
                yield return new TextToken(start, i - start, Hash("<user>"));
            }
            else if (IsUnspaced(c))
            {
                // Scripts without spaces: each character is a word, so that 2-grams are pairs of characters.
                i++;
                yield return new TextToken(start, 1, Hash(text.AsSpan(start, 1)));
            }
            else if (IsWord(text, i))
            {
                i = WordEnd(text, i, length);
                yield return new TextToken(start, i - start, Hash(text.AsSpan(start, i - start)));
            }
            else
            {
                i += char.IsHighSurrogate(c) && i + 1 < length ? 2 : 1;

                // A run of the same mark counts as that mark and, where it is one, as an emphasis.
                while (i < length && text[i] == c && !char.IsSurrogate(c))
                {
                    i++;
                }

                var symbol = char.IsSurrogate(c) ? text.AsSpan(start, i - start) : text.AsSpan(start, Math.Min(2, i - start));
                yield return new TextToken(start, i - start, Hash(symbol));
            }
        }
    }

    internal static int Bucket(ulong hash) => (int)((hash ^ (hash >> 32)) & (Dimensions - 1));

    internal static ulong Pair(ulong first, ulong second) => Finish((first * Prime) ^ second);

    private static void Count(Dictionary<int, int> counts, int bucket) => CollectionsMarshal.GetValueRefOrAddDefault(counts, bucket, out _)++;

    private static bool StartsUrl(string text, int i) =>
        string.Compare(text, i, "http://", 0, 7, StringComparison.OrdinalIgnoreCase) == 0
        || string.Compare(text, i, "https://", 0, 8, StringComparison.OrdinalIgnoreCase) == 0
        || string.Compare(text, i, "www.", 0, 4, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsWord(string text, int i) =>
        char.IsLetterOrDigit(text, i) || text[i] == '_' || (text[i] == '#' && i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1]))
        || char.GetUnicodeCategory(text, i) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static int WordEnd(string text, int i, int length)
    {
        i++;
        while (i < length)
        {
            var c = text[i];
            var joins = (c is '\'' or '’') && i + 1 < length && char.IsLetter(text[i + 1]);
            if (!joins && (IsUnspaced(c) || c == '#' || !(char.IsLowSurrogate(c) || IsWord(text, i))))
            {
                break;
            }

            i++;
        }

        return i;
    }

    private static bool IsUnspaced(char c) =>
        c is (>= '\u3040' and <= '\u30ff') or (>= '\u3400' and <= '\u4dbf') or (>= '\u4e00' and <= '\u9fff') or (>= '\u0e00' and <= '\u0eff')
            or (>= '\u1000' and <= '\u109f') or (>= '\u1780' and <= '\u17ff');

    /// <summary>FNV-1a over the lower-cased UTF-16 units: the same on every machine and in every culture.</summary>
    private static ulong Hash(ReadOnlySpan<char> word)
    {
        var hash = Offset;
        foreach (var c in word)
        {
            var unit = c == '’' ? '\'' : char.ToLowerInvariant(c);
            hash = (hash ^ (byte)unit) * Prime;
            hash = (hash ^ (byte)(unit >> 8)) * Prime;
        }

        return Finish(hash);
    }

    private static ulong Finish(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccd;
        return hash ^ (hash >> 33);
    }
}

/// <summary>A word at its place in the text.</summary>
/// <param name="Start">UTF-16 offset.</param>
/// <param name="Length">In UTF-16 units.</param>
/// <param name="Hash">What the n-grams are made of.</param>
public readonly record struct TextToken(int Start, int Length, ulong Hash);
