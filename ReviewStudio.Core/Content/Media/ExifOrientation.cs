using System.Buffers.Binary;

namespace ReviewStudio.Core.Content.Media;

/// <summary>How a camera was held (Exif 2.32, tag 0x0112), read from a JPEG's header.</summary>
internal static class ExifOrientation
{
    private const int Tag = 0x0112;

    /// <returns>1 to 8; 1, upright, where nothing is told.</returns>
    public static int Read(ReadOnlySpan<byte> head)
    {
        for (var at = 2; at + 4 <= head.Length && head[at] == 0xFF && head[at + 1] != 0xDA;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
            if (length < 2 || at + 2 + length > head.Length)
            {
                return 1;
            }

            var segment = head.Slice(at + 4, length - 2);
            if (head[at + 1] == 0xE1 && segment.StartsWith("Exif\0\0"u8))
            {
                return Tiff(segment[6..]);
            }

            at += 2 + length;
        }

        return 1;
    }

    /// <summary>ffmpeg's filters that put it upright; empty for upright.</summary>
    public static string Filter(int orientation) => orientation switch
    {
        2 => "hflip,",
        3 => "hflip,vflip,",
        4 => "vflip,",
        5 => "transpose=0,",
        6 => "transpose=1,",
        7 => "transpose=3,",
        8 => "transpose=2,",
        _ => "",
    };

    private static int Tiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 14 || !(tiff.StartsWith("II"u8) || tiff.StartsWith("MM"u8)))
        {
            return 1;
        }

        var little = tiff[0] == 'I';
        var directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory + 2 > tiff.Length)
        {
            return 1;
        }

        var count = Short(tiff[(int)directory..], little);
        for (var i = 0; i < count && directory + 2 + (12 * (i + 1)) <= tiff.Length; i++)
        {
            var entry = tiff[(int)(directory + 2 + (12 * i))..];
            if (Short(entry, little) == Tag)
            {
                return Short(entry[8..], little) is >= 1 and <= 8 and var orientation ? orientation : 1;
            }
        }

        return 1;
    }

    private static int Short(ReadOnlySpan<byte> at, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
}
