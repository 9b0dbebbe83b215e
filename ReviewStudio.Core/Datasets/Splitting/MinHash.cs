using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace ReviewStudio.Core.Datasets.Splitting;

/// <summary>
/// MinHash signatures (Broder, "On the resemblance and containment of documents", 1997) of the word 3-shingles of a text:
/// the share of equal places estimates the Jaccard resemblance of two sets of shingles. Letter case, punctuation and
/// spacing do not count. The same on every machine.
/// </summary>
internal sealed class MinHash
{
    /// <summary>Places of a signature.</summary>
    public const int Places = 32;

    private const int Shingle = 3;
    private const ulong Empty = 0xcbf29ce484222325UL;
    private const ulong Prime = 0x100000001b3UL;

    // Odd multipliers and offsets from SplitMix64 with a fixed seed: signatures must never change.
    private static readonly Vector256<uint>[] Multiply = Draw(0);
    private static readonly Vector256<uint>[] Add = Draw(Places);

    private readonly List<ulong> _words = [];

    /// <param name="signature">Takes <see cref="Places"/> values.</param>
    /// <returns>False when the text has no word, and so resembles nothing.</returns>
    public bool Of(string text, Span<uint> signature)
    {
        ArgumentNullException.ThrowIfNull(text);
        Words(text);
        if (_words.Count == 0)
        {
            return false;
        }

        var words = CollectionsMarshal.AsSpan(_words);
        var (a, b, c, d) = (Vector256<uint>.AllBitsSet, Vector256<uint>.AllBitsSet, Vector256<uint>.AllBitsSet, Vector256<uint>.AllBitsSet);
        for (var i = 0; i == 0 || i + Shingle <= words.Length; i++)
        {
            var hash = 0x9E3779B97F4A7C15UL;
            foreach (var word in words.Slice(i, Math.Min(Shingle, words.Length - i)))
            {
                hash = Mix(hash ^ word);
            }

            // A shingle that comes twice changes no minimum, so it need not be looked for.
            var value = Vector256.Create((uint)hash);
            a = Vector256.Min(a, Spread(value, 0));
            b = Vector256.Min(b, Spread(value, 1));
            c = Vector256.Min(c, Spread(value, 2));
            d = Vector256.Min(d, Spread(value, 3));
        }

        a.CopyTo(signature);
        b.CopyTo(signature[8..]);
        c.CopyTo(signature[16..]);
        d.CopyTo(signature[24..]);
        return true;
    }

    /// <summary>Eight hash functions of one value: an odd multiple, an offset, and the high bits over the low ones.</summary>
    private static Vector256<uint> Spread(Vector256<uint> value, int part)
    {
        var hash = (value * Multiply[part]) + Add[part];
        hash ^= hash >>> 15;
        return hash * 0x2c1b3c6dU;
    }

    /// <summary>FNV-1a over the letters and digits of each word, in lower case; a symbol outside of ASCII is a part of a word too.</summary>
    private void Words(string text)
    {
        _words.Clear();
        var word = Empty;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiLetterOrDigit(c))
            {
                word = (word ^ (char.IsAsciiLetterUpper(c) ? c | 0x20u : c)) * Prime;
            }
            else if (c < 128 || !Part(text, ref i, ref word))
            {
                End(ref word);
            }
        }

        End(ref word);
    }

    private static bool Part(string text, ref int i, ref ulong word)
    {
        if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) != OperationStatus.Done)
        {
            return false;
        }

        i += length - 1;
        if (Rune.IsWhiteSpace(rune) || Rune.IsPunctuation(rune))
        {
            return false;
        }

        word = (word ^ (uint)Rune.ToLowerInvariant(rune).Value) * Prime;
        return true;
    }

    private void End(ref ulong word)
    {
        if (word != Empty)
        {
            _words.Add(Mix(word));
            word = Empty;
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private static Vector256<uint>[] Draw(int from)
    {
        uint Value(int place) => (uint)(Mix(0x6d696e6861736831UL + ((ulong)(uint)(from + place) * 0x9E3779B97F4A7C15UL)) >> 32) | 1;
        return [.. Enumerable.Range(0, Places / 8).Select(part => Vector256.Create([.. Enumerable.Range(part * 8, 8).Select(Value)]))];
    }
}
