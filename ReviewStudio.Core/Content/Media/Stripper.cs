using System.Buffers.Binary;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Leaves out of JPEG and PNG what tells where and by whom they were made, where no ffmpeg is there to make them anew. Pixels are untouched.</summary>
internal static class Stripper
{
    /// <returns>The image without it; null where its structure is damaged.</returns>
    public static byte[]? Strip(MediaFormat format, byte[] image, int orientation) =>
        format == MediaFormat.Jpeg ? Jpeg(image, orientation) : format == MediaFormat.Png ? Png(image) : null;

    private static byte[]? Jpeg(byte[] image, int orientation)
    {
        using var kept = new MemoryStream(image.Length);
        kept.Write(image, 0, 2);
        if (orientation > 1)
        {
            kept.Write([0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0"u8, (byte)orientation, 0, 0, 0, 0, 0, 0]);
        }

        for (var at = 2; at + 4 <= image.Length && image[at] == 0xFF;)
        {
            var marker = image[at + 1];
            if (marker == 0xDA)
            {
                kept.Write(image, at, image.Length - at);
                return kept.ToArray();
            }

            var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan(at + 2));
            if (at + length > image.Length)
            {
                return null;
            }

            // Colour profiles and Adobe's colour transform stay: the picture looks wrong without them.
            var tells = marker is >= 0xE1 and <= 0xEF and not 0xE2 and not 0xEE || marker == 0xFE;
            if (!tells && (marker != 0xE2 || image.AsSpan(at + 4).StartsWith("ICC_PROFILE"u8)))
            {
                kept.Write(image, at, length);
            }

            at += length;
        }

        return null;
    }

    private static byte[]? Png(byte[] image)
    {
        using var kept = new MemoryStream(image.Length);
        kept.Write(image, 0, 8);
        for (var at = 8; at + 12 <= image.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(image.AsSpan(at));
            if (length > image.Length - at - 12)
            {
                return null;
            }

            var kind = image.AsSpan(at + 4, 4);
            if (!(kind.SequenceEqual("eXIf"u8) || kind.SequenceEqual("tEXt"u8) || kind.SequenceEqual("iTXt"u8) || kind.SequenceEqual("zTXt"u8) || kind.SequenceEqual("tIME"u8)))
            {
                kept.Write(image, at, (int)length + 12);
            }

            if (kind.SequenceEqual("IEND"u8))
            {
                return kept.ToArray();
            }

            at += (int)length + 12;
        }

        return null;
    }
}
