using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Encoders.Audio;

namespace ReviewStudio.Cli.Bench;

/// <summary>The files of one modality, and the same models run bare on as many.</summary>
/// <param name="First">Sent before anything is timed.</param>
/// <param name="Alone">Sent with nothing of another kind between them.</param>
/// <param name="Mixed">Sent among those of the other kinds.</param>
internal sealed record MediaBenchFiles(string Name, string First, string[] Alone, string[] Mixed, Func<BareEncoders, IReadOnlyList<string>, Action> Bare)
{
    private const int VideoFrames = MakeDerivatives.SheetFrames;

    /// <summary>Videos as far as there are, at most a twentieth; pictures and sounds share the rest.</summary>
    public static MediaBenchFiles[] Of(DirectoryInfo folder, int items)
    {
        var videos = Files(folder, [".mp4", ".webm", ".mkv"], Math.Max(3, items / 20));
        var half = (items - videos.Length) / 2;
        var pictures = Files(folder, [".jpg", ".jpeg"], half + 1);
        var sounds = Files(folder, [".wav", ".ogg"], items - videos.Length - half + 2);
        return
        [
            New("image", pictures, (bare, files) => Looks(bare, files.Count)),
            New("audio", sounds, (bare, files) => bare.Audio([.. files.Where(f => f.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)).Select(f => WaveFile.Read(File.ReadAllBytes(f)).Length)])),
            New("video", videos, (bare, files) => Looks(bare, files.Count * VideoFrames)),
        ];
    }

    /// <summary>All kinds in one line, each spread over its whole length.</summary>
    public static IEnumerable<string> Mix(IEnumerable<MediaBenchFiles> kinds) =>
        kinds.SelectMany(k => k.Mixed.Select((file, i) => (file, at: (i + 0.5) / k.Mixed.Length))).OrderBy(f => f.at).Select(f => f.file);

    private static MediaBenchFiles New(string name, string[] files, Func<BareEncoders, IReadOnlyList<string>, Action> bare) =>
        new(name, files[0], [.. files.Skip(1).Where((_, i) => i % 2 == 0)], [.. files.Skip(1).Where((_, i) => i % 2 == 1)], bare);

    /// <summary>Features, faces and text of as many pictures.</summary>
    private static Action Looks(BareEncoders bare, int pictures)
    {
        var (images, faces, text) = (bare.Images(pictures), bare.Faces(pictures), bare.PictureText(pictures, 320, 320));
        return () =>
        {
            images();
            faces();
            text();
        };
    }

    private static string[] Files(DirectoryInfo folder, string[] extensions, int most)
    {
        var files = folder.Exists
            ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(f => extensions.Contains(f.Extension.ToLowerInvariant())).Select(f => f.FullName).Order(StringComparer.Ordinal).Take(most).ToArray()
            : [];
        return files.Length > 2 ? files : throw new RefusedException("bench.empty", $"{folder.FullName} holds fewer than three {string.Join(" or ", extensions)} files, or --items is too small.");
    }
}
