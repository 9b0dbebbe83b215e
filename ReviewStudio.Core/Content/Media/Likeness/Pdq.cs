namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>
/// The perceptual hash PDQ, written from its publication: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
/// Algorithm", Facebook, 2019. Luminance is smoothed by two passes of a box filter along both axes, sampled at the centres
/// of 64 × 64 cells, and transformed by a DCT of which the frequencies 1 to 16 of each axis are kept.
/// </summary>
public static class Pdq
{
    /// <summary>The shortest side that is hashed, in pixels.</summary>
    public const int Least = 5;

    internal const int Kept = 16;
    internal const int Side = 64;
    private const int Passes = 2;
    private const int SmallSide = 512;

    private static readonly float[] Cosines = MakeCosines();

    /// <param name="luma">f32[height, width], 0 to 255, rows from the top. Used as working space: it is changed.</param>
    /// <returns>Null for pictures with a side below <see cref="Least"/>.</returns>
    /// <exception cref="ArgumentException">The values do not fit the size.</exception>
    public static PdqPicture? Look(float[] luma, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(luma);
        if (width < 0 || height < 0 || luma.Length != (long)width * height)
        {
            throw new ArgumentException($"{luma.Length} values are no picture of {width} × {height}.", nameof(luma));
        }

        if (width < Least || height < Least)
        {
            return null;
        }

        // The samples lie up to a pixel and a half beside the middle of their cells. In a small picture that is much of a
        // cell, and a mirrored one would be sampled elsewhere: there the pixels themselves are turned.
        var small = width <= SmallSide && height <= SmallSide;
        var pixels = small ? (float[])luma.Clone() : luma;
        var cells = Cells(pixels, width, height);
        var upright = Transform(cells);
        return new PdqPicture(Quality(cells), [.. Turn.All.Select((turn, i) => i == 0 || !small
            ? Bits(turn.Coefficients(upright))
            : Bits(Transform(turn.Aside ? Cells(turn.Pixels(luma, width, height), height, width) : Cells(turn.Pixels(luma, width, height), width, height))))]);
    }

    /// <summary>Y of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.</summary>
    /// <param name="rgb">u8[n, 3].</param>
    public static float[] Luma(ReadOnlySpan<byte> rgb)
    {
        var luma = new float[rgb.Length / 3];
        for (var i = 0; i < luma.Length; i++)
        {
            luma[i] = (0.299f * rgb[3 * i]) + (0.587f * rgb[(3 * i) + 1]) + (0.114f * rgb[(3 * i) + 2]);
        }

        return luma;
    }

    /// <summary>The smoothed picture at the centres of 64 × 64 cells.</summary>
    internal static float[] Cells(float[] luma, int width, int height)
    {
        // Two passes over half a cell each add up to a tent over a whole one (Jarosz, "Fast Image Convolutions", 2001).
        var other = new float[width * height];
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var row = 0; row < height; row++)
            {
                BoxFilter.Run(luma.AsSpan(row * width, width), other.AsSpan(row * width, width), 1, Window(width));
            }

            for (var column = 0; column < width; column++)
            {
                BoxFilter.Run(other.AsSpan(column), luma.AsSpan(column), width, Window(height));
            }
        }

        var cells = new float[Side * Side];
        for (var i = 0; i < Side; i++)
        {
            var row = (int)((i + 0.5) * height / Side);
            for (var j = 0; j < Side; j++)
            {
                cells[(i * Side) + j] = luma[(row * width) + (int)((j + 0.5) * width / Side)];
            }
        }

        return cells;
    }

    /// <summary>The DCT-II at frequencies 1 to 16 of each axis: D · cells · Dᵀ.</summary>
    internal static float[] Transform(float[] cells)
    {
        var half = new float[Kept * Side];
        for (var i = 0; i < Kept; i++)
        {
            for (var j = 0; j < Side; j++)
            {
                var sum = 0f;
                for (var k = 0; k < Side; k++)
                {
                    sum += Cosines[(i * Side) + k] * cells[(k * Side) + j];
                }

                half[(i * Side) + j] = sum;
            }
        }

        var whole = new float[Kept * Kept];
        for (var i = 0; i < Kept; i++)
        {
            for (var j = 0; j < Kept; j++)
            {
                var sum = 0f;
                for (var k = 0; k < Side; k++)
                {
                    sum += half[(i * Side) + k] * Cosines[(j * Side) + k];
                }

                whole[(i * Kept) + j] = sum;
            }
        }

        return whole;
    }

    /// <summary>How much there is to see, 0 to 100: the sum of whole percents by which neighbouring cells differ, over 90.</summary>
    internal static int Quality(float[] cells)
    {
        var sum = 0;
        for (var i = 0; i < Side; i++)
        {
            for (var j = 0; j < Side; j++)
            {
                var here = cells[(i * Side) + j];
                sum += i + 1 < Side ? Math.Abs((int)((here - cells[((i + 1) * Side) + j]) * 100 / 255)) : 0;
                sum += j + 1 < Side ? Math.Abs((int)((here - cells[(i * Side) + j + 1]) * 100 / 255)) : 0;
            }
        }

        return Math.Min(100, sum / 90);
    }

    /// <summary>A bit for each coefficient: whether it is above the median, of two middle ones the lower.</summary>
    private static PdqHash Bits(float[] coefficients)
    {
        var ordered = (float[])coefficients.Clone();
        Array.Sort(ordered);
        var median = ordered[(ordered.Length / 2) - 1];
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();
        for (var bit = 0; bit < coefficients.Length; bit++)
        {
            words[bit / 64] |= coefficients[bit] > median ? 1UL << (bit % 64) : 0;
        }

        return new PdqHash(words[0], words[1], words[2], words[3]);
    }

    /// <summary>Half a cell, rounded up.</summary>
    private static int Window(int length) => (length + (2 * Side) - 1) / (2 * Side);

    private static float[] MakeCosines()
    {
        var cosines = new float[Kept * Side];
        for (var i = 0; i < Kept; i++)
        {
            for (var j = 0; j < Side; j++)
            {
                cosines[(i * Side) + j] = (float)(Math.Sqrt(2.0 / Side) * Math.Cos(Math.PI / (2 * Side) * (i + 1) * ((2 * j) + 1)));
            }
        }

        return cosines;
    }
}
