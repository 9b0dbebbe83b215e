using System.Buffers.Binary;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Reads an image's size from its header alone, so that one too large is refused before anything decodes it.</summary>
public static class PixelSize
{
    /// <summary>The largest image, in pixels: four bytes each, it fits in 400 MB.</summary>
    public const long Most = 100_000_000;

    /// <returns>Width and height; null where the beginning does not tell.</returns>
    public static (int Width, int Height)? Read(MediaFormat format, ReadOnlySpan<byte> head)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (format == MediaFormat.Png && head.Length >= 24)
        {
            return Of(BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]));
        }

        if (format == MediaFormat.Gif && head.Length >= 10)
        {
            return (BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]));
        }

        return format == MediaFormat.Jpeg ? Jpeg(head) : format == MediaFormat.WebP && head.Length >= 30 ? WebP(head) : null;
    }

    private static (int, int) Of(uint width, uint height) => ((int)Math.Min(width, int.MaxValue), (int)Math.Min(height, int.MaxValue));

    private static (int, int)? WebP(ReadOnlySpan<byte> head) => head[15] switch
    {
        (byte)'X' => (1 + (head[24] | (head[25] << 8) | (head[26] << 16)), 1 + (head[27] | (head[28] << 8) | (head[29] << 16))),
        (byte)'L' => (1 + (((head[22] & 0x3F) << 8) | head[21]), 1 + (((head[24] & 0xF) << 10) | (head[23] << 2) | (head[22] >> 6))),
        _ => (BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3FFF),
    };

    /// <summary>Goes from segment to segment until the frame header.</summary>
    private static (int, int)? Jpeg(ReadOnlySpan<byte> head)
    {
        for (var at = 2; at + 9 <= head.Length && head[at] == 0xFF; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]))
        {
            if (head[at + 1] is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
            }
        }

        return null;
    }
}
