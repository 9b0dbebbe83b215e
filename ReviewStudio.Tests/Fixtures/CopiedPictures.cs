using System.Diagnostics;
using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Pictures made to a recipe, and copies of them as people make them before they send them again.</summary>
public static class CopiedPictures
{
    /// <summary>What is done to a copy, as ffmpeg's filters and the quality of the JPEG; the first is the picture itself, stored anew.</summary>
    public static IReadOnlyDictionary<string, (string Filter, int Quality)> Ways { get; } = new Dictionary<string, (string, int)>(StringComparer.Ordinal)
    {
        ["recompressed"] = ("null", 12),
        ["half size"] = ("scale=iw/2:ih/2", 3),
        ["twice the size"] = ("scale=iw*2:ih*2:flags=bicubic", 3),
        ["squeezed"] = ("scale=iw:ih*3/4", 3),
        ["turned left"] = ("transpose=2", 3),
        ["turned right"] = ("transpose=1", 3),
        ["upside down"] = ("hflip,vflip", 3),
        ["mirrored"] = ("hflip", 3),
        ["mirrored and turned"] = ("vflip,transpose=1", 3),
        ["brighter"] = ("eq=brightness=0.08:contrast=1.1", 3),
        ["grey"] = ("hue=s=0", 3),
        ["blurred"] = ("boxblur=2", 3),
    };

    /// <summary>A picture of 640 × 480 that is its seed's alone.</summary>
    public static byte[] Make(int seed) => Ffmpeg(null, "-f", "lavfi", "-i", $"cellauto=s=40x30:rule=110:seed={seed}:full=1:stitch=1", "-vf", "trim=start_frame=90:end_frame=91,scale=640:480:flags=bicubic", "-frames:v", "1", "-q:v", "2", "-update", "1", "o.jpg");

    public static byte[] Copy(byte[] picture, string way) => Ffmpeg(picture, "-i", "IN", "-vf", Ways[way].Filter, "-q:v", $"{Ways[way].Quality}", "-update", "1", "o.jpg");

    /// <summary>A copy that went through a filter of ffmpeg's.</summary>
    public static byte[] Filtered(byte[] picture, string filter) => Ffmpeg(picture, "-i", "IN", "-vf", filter, "-q:v", "3", "-update", "1", "o.jpg");

    private static byte[] Ffmpeg(byte[]? input, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "ffmpeg is not here; ./test.sh installs it");
        using var folder = new TempFolder();
        var (source, output) = (Path.Combine(folder.Path, "in.jpg"), Path.Combine(folder.Path, arguments[^1]));
        if (input is not null)
        {
            File.WriteAllBytes(source, input);
        }

        using var process = Process.Start(new ProcessStartInfo("/usr/bin/ffmpeg", ["-v", "error", "-nostdin", "-threads", "1", .. arguments[..^1].Select(a => a == "IN" ? source : a), output]))!;
        process.WaitForExit();
        return File.ReadAllBytes(output);
    }
}
