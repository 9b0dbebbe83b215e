using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Media made when they are needed: ordinary ones by ffmpeg, hostile ones byte by byte.</summary>
public static class MediaFiles
{
    /// <summary>What the pictures with a place tell in their header.</summary>
    public const string Secret = "PLACE-48.2N-16.4E";

    private static readonly string[] Video = ["-f", "lavfi", "-i", "testsrc=d=2:s=320x180:r=10", "-f", "lavfi", "-i", "sine=d=2"];
    private static readonly string[] Sound = ["-f", "lavfi", "-i", "sine=d=1:r=16000"];
    private static readonly string[] Picture = ["-f", "lavfi", "-i", "testsrc=s=64x48", "-frames:v", "1"];

    /// <summary>Ways to make one file of each kind, by its type.</summary>
    private static readonly Dictionary<string, string[]> Recipes = new(StringComparer.Ordinal)
    {
        ["image/jpeg"] = [.. Picture, "-update", "1", "o.jpg"],
        ["image/png"] = [.. Picture, "-update", "1", "o.png"],
        ["image/webp"] = [.. Picture, "o.webp"],
        ["image/gif"] = [.. Picture, "o.gif"],
        ["image/avif"] = [.. Picture, "-c:v", "libaom-av1", "-still-picture", "1", "o.avif"],
        ["audio/wav"] = [.. Sound, "o.wav"],
        ["audio/mpeg"] = [.. Sound, "o.mp3"],
        ["audio/ogg"] = [.. Sound, "o.ogg"],
        ["audio/flac"] = [.. Sound, "o.flac"],
        ["audio/mp4"] = [.. Sound, "o.m4a"],
        ["video/mp4"] = [.. Video, "-pix_fmt", "yuv420p", "-movflags", "+faststart", "o.mp4"],
        ["video/quicktime"] = [.. Video, "-pix_fmt", "yuv420p", "-movflags", "+faststart", "o.mov"],
        ["video/webm"] = [.. Video, "-c:v", "libvpx", "o.webm"],
        ["video/x-matroska"] = [.. Video, "-c:v", "mpeg4", "o.mkv"],
    };

    public static TheoryData<string> Types => [.. Recipes.Keys];

    public static byte[] Make(string type) => Ffmpeg(Recipes[type]);

    public static byte[] MovieWithIndexAtEnd() => Ffmpeg([.. Video, "-pix_fmt", "yuv420p", "o.mov"]);

    /// <summary>Eight seconds of 25 frames each, every one as bright as its number.</summary>
    public static byte[] NumberedFrames() => Ffmpeg("-f", "lavfi", "-i", "nullsrc=s=160x90:r=25:d=8,geq=lum='16+N':cb=128:cr=128", "-pix_fmt", "yuv420p", "-qp", "4", "o.mp4");

    /// <summary>The mean number in each of a sheet's pictures of <see cref="NumberedFrames"/>.</summary>
    public static double[] NumbersOf(byte[] sheet, int pictures)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "sheet.jpg");
        File.WriteAllBytes(path, sheet);
        var grey = Ffmpeg("-i", path, "-vf", $"scale={pictures}:1:flags=area", "-pix_fmt", "gray", "-f", "rawvideo", "o.raw");
        return [.. grey.Select(y => y * 219 / 255.0)];
    }

    /// <summary>A second of a low tone that swells, with a comment that tells where it was made.</summary>
    public static byte[] Wave(string codec, int rate, int channels) => Ffmpeg(
        "-f", "lavfi", "-i", $"sine=f=220:r={rate}:d=1,volume='0.5+t':eval=frame", "-ac", $"{channels}", "-c:a", codec, "-metadata", $"comment={Secret}", "o.wav");

    public static byte[] SixHoursOfSilence() => Ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "21600", "o.flac");

    /// <summary>A photo held sideways that tells where it was taken.</summary>
    public static byte[] JpegWithPlace()
    {
        var plain = Make("image/jpeg");
        byte[] tiff = [.. "MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0\u0006\0\0\0\0\0\0"u8, .. Encoding.ASCII.GetBytes(Secret)];
        byte[] exif = [.. "Exif\0\0"u8, .. tiff];
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)((exif.Length + 2) >> 8), (byte)(exif.Length + 2), .. exif, .. plain[2..]];
    }

    /// <summary>A header that promises more pixels than anything could hold.</summary>
    public static byte[] HugePng() => Png(50_000, 50_000, [0x78, 0x9C, 3, 0, 0, 0, 0, 1]);

    /// <summary>81 million pixels in a few hundred kilobytes.</summary>
    public static byte[] DensePng()
    {
        const int side = 9_000;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var line = new byte[1 + (side * 3)];
            for (var y = 0; y < side; y++)
            {
                zlib.Write(line);
            }
        }

        return Png(side, side, packed.ToArray());
    }

    /// <summary>A GIF whose screen is as large as its header can say.</summary>
    public static byte[] HugeGif() => [.. "GIF89a"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x3B];

    public static byte[] GifOfTenThousandFrames()
    {
        using var gif = new MemoryStream();
        gif.Write([.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
        for (var i = 0; i < 10_000; i++)
        {
            gif.Write([0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
        }

        gif.WriteByte(0x3B);
        return gif.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Png(int width, int height, byte[] data)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", data), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string kind, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(kind), .. data];
        var chunk = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + body.Length), Crc(body));
        return chunk;
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
            }
        }

        return ~crc;
    }

    private static byte[] Ffmpeg(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "ffmpeg is not here; ./test.sh installs it");
        using var folder = new TempFolder();
        var output = Path.Combine(folder.Path, arguments[^1]);
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/ffmpeg", ["-v", "error", "-nostdin", "-threads", "1", .. arguments[..^1], output]))!;
        process.WaitForExit();
        return File.ReadAllBytes(output);
    }
}
