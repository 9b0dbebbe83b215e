using System.Buffers.Binary;
using System.Text;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Tells what bytes are by how they begin. Names are never looked at: anybody can choose one.</summary>
public static class MediaSniffer
{
    /// <summary>How many bytes of the beginning are needed.</summary>
    public const int Needed = 65_536;

    private const string Taken = "Send JPEG, PNG, WebP, GIF, AVIF, WAV, MP3, OGG, FLAC, M4A, MP4, MOV, WebM or MKV.";

    /// <param name="head">The first <see cref="Needed"/> bytes, or all where there are fewer.</param>
    /// <exception cref="RefusedException"><c>media.empty</c>, <c>media.active</c>, <c>media.playlist</c>, <c>media.archive</c> or <c>media.type</c>.</exception>
    public static MediaFormat Sniff(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            throw new RefusedException("media.empty", "The file is empty. Send it again in full.");
        }

        return Image(head) ?? Audio(head) ?? Container(head) ?? throw Refuse(head);
    }

    private static MediaFormat? Image(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? MediaFormat.Jpeg
        : head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? MediaFormat.Png
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? MediaFormat.Gif
        : IsRiff(head, "WEBP"u8) ? MediaFormat.WebP
        : null;

    private static MediaFormat? Audio(ReadOnlySpan<byte> head) =>
        IsRiff(head, "WAVE"u8) ? MediaFormat.Wav
        : head.StartsWith("OggS"u8) ? MediaFormat.Ogg
        : head.StartsWith("fLaC"u8) ? MediaFormat.Flac
        : head.StartsWith("ID3"u8) || IsMpegAudio(head) ? MediaFormat.Mp3
        : null;

    private static MediaFormat? Container(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return head[..Math.Min(head.Length, 256)].IndexOf("webm"u8) > 0 ? MediaFormat.WebM : MediaFormat.Mkv;
        }

        if (head.Length < 12 || !head.Slice(4, 4).SequenceEqual("ftyp"u8))
        {
            return null;
        }

        var brand = head.Slice(8, 4);
        return brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) ? MediaFormat.Avif
            : brand.StartsWith("M4A"u8) || brand.StartsWith("M4B"u8) ? MediaFormat.M4a
            : brand.SequenceEqual("qt  "u8) ? MediaFormat.Mov
            : brand.StartsWith("hei"u8) || brand.SequenceEqual("mif1"u8) ? null
            : MediaFormat.Mp4;
    }

    private static bool IsRiff(ReadOnlySpan<byte> head, ReadOnlySpan<byte> kind) =>
        head.Length >= 12 && head.StartsWith("RIFF"u8) && head.Slice(8, 4).SequenceEqual(kind);

    /// <summary>An MPEG frame header: eleven set bits, layer III, a bit rate and a sampling rate that exist.</summary>
    private static bool IsMpegAudio(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4)
        {
            return false;
        }

        var header = BinaryPrimitives.ReadUInt32BigEndian(head);
        return header >> 21 == 0x7FF && ((header >> 19) & 3) != 1 && ((header >> 17) & 3) == 1
            && ((header >> 12) & 15) is not 0 and not 15 && ((header >> 10) & 3) != 3;
    }

    private static RefusedException Refuse(ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n', '\0');
        bool Starts(string with) => text.StartsWith(with, StringComparison.OrdinalIgnoreCase);
        if (Starts("#EXTM3U") || Starts("[playlist]") || Starts("ffconcat") || Starts("<asx") || Starts("v=0")
            || text.Contains("<MPD", StringComparison.Ordinal) || text.Contains("<smil", StringComparison.OrdinalIgnoreCase) || text.Contains("xspf.org", StringComparison.OrdinalIgnoreCase))
        {
            return new RefusedException("media.playlist", $"This is a playlist, which points at other files and is never followed. {Taken}");
        }

        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
        {
            return new RefusedException("media.active", $"This is an SVG drawing, which can carry scripts. {Taken}");
        }

        if (Starts("<!doctype") || text.Contains("<html", StringComparison.OrdinalIgnoreCase) || text.Contains("<script", StringComparison.OrdinalIgnoreCase))
        {
            return new RefusedException("media.active", $"This is a web page, which can carry scripts. {Taken}");
        }

        return head.StartsWith("PK"u8)
            ? new RefusedException("media.archive", $"This is an archive, not media. Import a ZIP on the page Import. {Taken}")
            : new RefusedException("media.type", $"This is none of the kinds of media that are taken in. {Taken}");
    }
}
