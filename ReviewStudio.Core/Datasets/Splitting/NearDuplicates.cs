using System.Buffers.Binary;

namespace ReviewStudio.Core.Datasets.Splitting;

/// <summary>
/// Finds the earlier texts that a text nearly repeats: MinHash with banding (Indyk and Motwani, 1998; as in Lee and
/// others, "Deduplicating Training Data Makes Language Models Better", 2022), Jaccard estimated at 0.8 or more. Six bands
/// of five: of pairs at 0.8 it finds 91 %, of pairs at 0.9 all but 1 in 200, of equal ones all. Of a signature one byte a
/// place is kept (Li and König, "b-bit minwise hashing", 2010), and a band remembers the number of the first text with
/// its five bytes: 60 to 90 bytes a text in all.
/// </summary>
internal sealed class NearDuplicates
{
    private const int Bands = 6;
    private const int Rows = 5;
    private const int Kept = Bands * Rows;
    private const double Near = 0.8;

    // Signatures in a block: few large arrays that are never copied.
    private const int Block = 1 << 15;

    private readonly MinHash _hash = new();
    private readonly List<byte[]> _signatures = [];
    private readonly uint[] _values = new uint[MinHash.Places];
    private readonly byte[] _signature = new byte[Kept];
    private readonly int[][] _firsts = [.. Enumerable.Range(0, Bands).Select(_ => Places(1 << 12))];
    private readonly int[] _used = new int[Bands];
    private int _count;

    /// <summary>Looks a text up. It is not remembered before <see cref="Remember"/>.</summary>
    /// <param name="found">Takes the numbers of the near ones, ascending; at most one a band.</param>
    /// <returns>False for a text without words, which cannot be remembered either.</returns>
    public bool Find(string text, SortedSet<int> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.Clear();
        if (!_hash.Of(text, _values))
        {
            return false;
        }

        for (var i = 0; i < Kept; i++)
        {
            _signature[i] = (byte)_values[i];
        }

        for (var band = 0; band < Bands; band++)
        {
            var number = _firsts[band][Place(band, _signature)];
            if (number >= 0 && !found.Contains(number) && Resemblance(number) >= Near)
            {
                found.Add(number);
            }
        }

        return true;
    }

    /// <summary>Remembers the text that was looked up last, under the next number from 0.</summary>
    public int Remember()
    {
        var number = _count++;
        if (number % Block == 0)
        {
            _signatures.Add(new byte[Block * Kept]);
        }

        _signature.CopyTo(Signature(number));
        for (var band = 0; band < Bands; band++)
        {
            var place = Place(band, _signature);
            if (_firsts[band][place] >= 0)
            {
                continue;
            }

            _firsts[band][place] = number;
            if (++_used[band] > _firsts[band].Length / 10 * 8)
            {
                Grow(band);
            }
        }

        return number;
    }

    private Span<byte> Signature(int number) => _signatures[number / Block].AsSpan(number % Block * Kept, Kept);

    /// <summary>Share of equal places, less what equal bytes of unequal values add.</summary>
    private double Resemblance(int number)
    {
        var other = Signature(number);
        var equal = 0;
        for (var i = 0; i < Kept; i++)
        {
            equal += other[i] == _signature[i] ? 1 : 0;
        }

        const double Chance = 1.0 / 256;
        return (((double)equal / Kept) - Chance) / (1 - Chance);
    }

    /// <summary>Where the first text with these bytes in the band stands, or would: an open table of numbers alone.</summary>
    private int Place(int band, ReadOnlySpan<byte> signature)
    {
        var bytes = signature.Slice(band * Rows, Rows);
        var hash = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes) | ((ulong)bytes[4] << 32)) * 0x9E3779B97F4A7C15UL;
        var numbers = _firsts[band];
        var place = (int)(((hash >> 32) * (ulong)numbers.Length) >> 32);
        while (numbers[place] >= 0 && !Signature(numbers[place]).Slice(band * Rows, Rows).SequenceEqual(bytes))
        {
            place = place + 1 == numbers.Length ? 0 : place + 1;
        }

        return place;
    }

    private void Grow(int band)
    {
        var before = _firsts[band];
        // By a half, not to the double: at a million texts that is 20 MB less.
        _firsts[band] = Places(before.Length / 2 * 3);
        foreach (var number in before.Where(n => n >= 0))
        {
            _firsts[band][Place(band, Signature(number))] = number;
        }
    }

    private static int[] Places(int length)
    {
        var numbers = new int[length];
        Array.Fill(numbers, -1);
        return numbers;
    }
}
