using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>A file that means harm, or a damaged one.</summary>
/// <param name="Name">What it is called when it is sent.</param>
/// <param name="What">What is wrong with it, for people.</param>
/// <param name="Make">Makes its bytes when they are needed.</param>
/// <param name="Refused">Whether it must be refused; otherwise it may also be shown as far as it goes.</param>
public sealed record HostileFile(string Name, string What, Func<byte[]> Make, bool Refused = true);

/// <summary>The corpus of hostile files. What it points at is a canary: an address and a file that nobody may touch.</summary>
public static class HostileFiles
{
    private static readonly string[] Names = ["jpg", "png", "webp", "gif", "avif", "wav", "mp3", "ogg", "flac", "m4a", "mp4", "mov", "webm", "mkv"];

    private static readonly string[] Types =
    [
        "image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "audio/wav", "audio/mpeg", "audio/ogg", "audio/flac", "audio/mp4", "video/mp4", "video/quicktime", "video/webm", "video/x-matroska",
    ];

    /// <param name="port">Where the canary listens.</param>
    /// <param name="secret">The path of the file that must not be read.</param>
    public static IEnumerable<HostileFile> All(int port, string secret)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/canary");
        foreach (var (name, type) in Names.Zip(Types))
        {
            yield return new($"half.{name}", $"{name.ToUpperInvariant()} cut off in the middle", () => Half(MediaFiles.Make(type)), Refused: false);
        }

        yield return new("start.mp4", "MP4 cut off after its first box", () => MediaFiles.Make("video/mp4")[..40]);
        yield return new("huge.png", "PNG of 50,000 × 50,000 pixels", MediaFiles.HugePng);
        yield return new("huge.gif", "GIF of 65,535 × 65,535 pixels", MediaFiles.HugeGif);
        yield return new("dense.png", "81 million pixels in 240 kB", MediaFiles.DensePng, Refused: false);
        yield return new("endless.gif", "GIF of 10,000 frames", MediaFiles.GifOfTenThousandFrames, Refused: false);
        yield return new("silence.flac", "six hours of silence", MediaFiles.SixHoursOfSilence, Refused: false);
        yield return new("drawing.svg", "SVG with a script", () => Text($"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script href=\"{address}\"/></svg>"));
        yield return new("page.jpg", "HTML named .jpg", () => Text($"<!DOCTYPE html><img src=\"{address}\"><script>alert(1)</script>"));
        yield return new("network.m3u8", "HLS playlist of the network", () => Text($"#EXTM3U\n#EXTINF:1,\n{address}.ts\n"));
        yield return new("local.m3u8", "HLS playlist of a local file", () => Text($"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n"));
        yield return new("list.ffconcat", "ffconcat of a local file", () => Text($"ffconcat version 1.0\nfile '{secret}'\n"));
        yield return new("list.mp4", "ffconcat of the network named .mp4", () => Text($"ffconcat version 1.0\nfile '{address}'\n"));
        yield return new("stream.mpd", "DASH manifest", () => Text($"<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><BaseURL>{address}</BaseURL></MPD>"));
        yield return new("call.sdp", "SDP session", () => Text($"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n"));
        yield return new("list.pls", "PLS playlist", () => Text($"[playlist]\nFile1={address}\n"));
        yield return new("song.mp3", "HLS playlist behind an MP3 tag", () => [.. "ID3\u0003\0\0\0\0\0\0"u8, .. Text($"#EXTM3U\n{address}.ts\n")]);
        yield return new("clip.mkv", "Matroska head with a playlist behind it", () => [0x1A, 0x45, 0xDF, 0xA3, .. Text($"#EXTM3U\n{address}.ts\n")]);
        yield return new("movie.mov", "MOV whose samples lie in another file", () => OutsideReference(address), Refused: false);
        yield return new("photos.jpg", "ZIP named .jpg", () => MediaFiles.Zip(("a.jpg", [1])));
        yield return new("program.png", "program named .png", () => [.. "MZ"u8, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0]);
        yield return new("noise.png", "noise behind a PNG signature", () => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Noise(4_000)]);
        yield return new("noise.bin", "noise", () => [0, .. Noise(4_000)]);
        yield return new("picture.mp3", "PNG named .mp3", () => MediaFiles.Make("image/png"), Refused: false);
        yield return new("sound.jpg", "MP3 named .jpg", () => MediaFiles.Make("audio/mpeg"), Refused: false);
        yield return new("nothing.jpg", "no bytes", () => []);
    }

    /// <summary>Archives, which come in by import.</summary>
    public static IEnumerable<HostileFile> Archives()
    {
        yield return new("out.zip", "ZIP with ../ names", () => MediaFiles.Zip(("../../escaped.jpg", MediaFiles.Make("image/jpeg"))));
        yield return new("absolute.zip", "ZIP with absolute names", () => MediaFiles.Zip(("/tmp/escaped.jpg", MediaFiles.Make("image/jpeg"))));
        yield return new("bomb.zip", "ZIP that unpacks to a thousand times its size", () => MediaFiles.Zip(("a.jpg", new byte[256 << 20])));
        yield return new("nested.zip", "ZIP of ZIP bombs", () => MediaFiles.Zip(("a.jpg", MediaFiles.Make("image/jpeg")), ("inner.zip", MediaFiles.Zip(("b.jpg", MediaFiles.Zip(("c.jpg", new byte[64 << 20])))))), Refused: false);
        yield return new("half.zip", "ZIP cut off", () => MediaFiles.Zip(("a.jpg", MediaFiles.Make("image/jpeg")))[..200]);
    }

    private static byte[] Half(byte[] whole) => whole[..(whole.Length / 2)];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
#pragma warning disable CA5394 // The same noise each time; nothing is kept secret by it.
        new Random(7).NextBytes(noise);
#pragma warning restore CA5394
        return noise;
    }

    /// <summary>A movie whose samples lie at an address instead of in the file itself (ISO/IEC 14496-12, <c>dref</c>).</summary>
    private static byte[] OutsideReference(string address)
    {
        byte[] name = [.. Encoding.ASCII.GetBytes(address), 0];
        return Rewrite(MediaFiles.MovieWithIndexAtEnd(), ["moov", "trak", "mdia", "minf", "dinf", "dref"], [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)(12 + name.Length), .. "url "u8, 0, 0, 0, 0, .. name]);
    }

    /// <summary>Puts content into every box at a path; the boxes around it grow.</summary>
    private static byte[] Rewrite(ReadOnlySpan<byte> boxes, ReadOnlySpan<string> path, byte[] content)
    {
        using var written = new MemoryStream();
        while (boxes.Length >= 8)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(boxes);
            var inside = boxes[8..length];
            if (Encoding.ASCII.GetString(boxes[4..8]) == path[0])
            {
                var grown = path.Length == 1 ? content : Rewrite(inside, path[1..], content);
                var head = new byte[8];
                BinaryPrimitives.WriteInt32BigEndian(head, grown.Length + 8);
                boxes[4..8].CopyTo(head.AsSpan(4));
                written.Write(head);
                written.Write(grown);
            }
            else
            {
                written.Write(boxes[..length]);
            }

            boxes = boxes[length..];
        }

        return written.ToArray();
    }
}
