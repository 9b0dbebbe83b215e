using System.Globalization;
using System.Numerics;

namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>
/// A PDQ hash: 256 bits, of which the one at 16·row + column tells whether that coefficient lies above the median of all.
/// Written as hex with bit 255 first, as lists of such hashes are exchanged.
/// </summary>
/// <param name="A">Bits 0 to 63.</param>
/// <param name="B">Bits 64 to 127.</param>
/// <param name="C">Bits 128 to 191.</param>
/// <param name="D">Bits 192 to 255.</param>
public readonly record struct PdqHash(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Bits of a hash.</summary>
    public const int Bits = 256;

    /// <summary>Two pictures are taken for the same up to this distance, as the publication advises.</summary>
    public const int Near = 31;

    /// <summary>Hashes of pictures of less quality than this tell nothing and are compared with none, as the publication advises.</summary>
    public const int LeastQuality = 50;

    /// <summary>Bits in which two hashes differ, 0 to 256.</summary>
    public int Distance(PdqHash other) => BitOperations.PopCount(A ^ other.A) + BitOperations.PopCount(B ^ other.B)
        + BitOperations.PopCount(C ^ other.C) + BitOperations.PopCount(D ^ other.D);

    /// <returns>False when it is not 64 hex digits.</returns>
    public static bool TryParse(string? hex, out PdqHash hash)
    {
        hash = default;
        if (hex is not { Length: 64 } || !hex.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        ulong Word(int at) => ulong.Parse(hex.AsSpan(at, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        hash = new PdqHash(Word(48), Word(32), Word(16), Word(0));
        return true;
    }

    /// <summary>The 16 bits from 16·<paramref name="band"/> on.</summary>
    /// <param name="band">0 to 15.</param>
    public int Band(int band) => (int)((band / 4) switch { 0 => A, 1 => B, 2 => C, _ => D } >> (band % 4 * 16)) & 0xFFFF;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{D:x16}{C:x16}{B:x16}{A:x16}");
}
