using System.CommandLine;
using System.Diagnostics;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli.Bench;

/// <summary>Encoders as the product runs them, from file to vector, against the bare runtime on the same models.</summary>
internal sealed class BenchEncodersVerb : IBenchVerb
{
    private const string Help = """
        Encode texts, pictures and sounds as the product does (decode, resize, batch, pool), then run the same models bare
        on tensors made beforehand. Prints throughput_per_s, baseline_per_s and ratio for each modality.

        Example: reviewstudio bench encoders --images photos/ --sounds clips/ --items 400 --json
        """;

    private readonly Option<DirectoryInfo> _images = new("--images") { Description = "A folder of pictures, also in subfolders.", Required = true };
    private readonly Option<DirectoryInfo> _sounds = new("--sounds") { Description = "A folder of WAV files.", Required = true };
    private readonly BenchOptions _shared = new(items: 400);

    private sealed record Figure(int Items, double ThroughputPerS, double BaselinePerS, double Ratio);

    public Command Build(GlobalOptions options)
    {
        var command = new Command("encoders", Help) { _images, _sounds };
        _shared.AddTo(command);
        command.SetAction((parsed, _) => CommandLine.GuardAsync(() => RunAsync(parsed, options)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, GlobalOptions options)
    {
        var items = parsed.GetValue(_shared.Items);
        var pictureFiles = Files(parsed.GetRequiredValue(_images), [".jpg", ".jpeg", ".png", ".webp"], items);
        var soundFiles = Files(parsed.GetRequiredValue(_sounds), [".wav"], items);
        var (pictures, sounds) = (Array.ConvertAll(pictureFiles, File.ReadAllBytes), Array.ConvertAll(soundFiles, File.ReadAllBytes));
        using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
        var encoders = host.Services.GetRequiredService<EncoderCatalog>();
        if (encoders is not { Sentences: { } sentences, Images: { } images, Faces: { } faces, Audio: { } audio, PictureText: { } reader })
        {
            throw new RefusedException("bench.encoders", "An encoder is missing. The verb doctor says which and how to get it.");
        }

        var bare = new BareEncoders(encoders.States());
        var made = new MadeUpText(parsed.GetValue(_shared.Seed));
        var texts = Enumerable.Range(0, items).Select(made.Of).ToArray();
        var pieces = texts.Select(sentences.Pieces).OrderBy(p => p.Count).Chunk(32).ToArray();
        var lengths = Array.ConvertAll(sounds, s => WaveFile.Read(s).Length);
        var figures = new Dictionary<string, Figure>
        {
            ["text"] = Measure(items, () => sentences.Encode(texts), bare.Text(pieces)),
            ["image"] = Measure(pictures.Length, () => Look(pictures, images.Encode), bare.Images(pictures.Length)),
            ["faces"] = Measure(pictures.Length, () => Look(pictures, faces.Detect), bare.Faces(pictures.Length)),
            ["audio"] = Measure(sounds.Length, () => Array.ForEach(sounds, s => audio.Encode(WaveFile.Read(s))), bare.Audio(lengths)),
            ["picture_text"] = Measure(pictures.Length, () => Look(pictures, reader.Read), bare.PictureText(pictures.Length, 320, 320)),
        };
        var job = new JobPath(host.Services.GetRequiredService<MediaDecoder>(), host.Services.GetRequiredService<MediaEncoder>());
        if (job.Available)
        {
            Action[] together = [bare.Images(pictures.Length), bare.Faces(pictures.Length), bare.PictureText(pictures.Length, 320, 320)];
            figures["pictures_in_the_job"] = Measure(pictures.Length, () => job.Run(pictureFiles), () => Array.ForEach(together, run => run()));
            figures["sounds_in_the_job"] = Measure(sounds.Length, () => job.Run(soundFiles), bare.Audio(lengths));
        }

        var all = figures.Values.Sum(f => f.Items);
        var result = new BenchResult("encoders", "", all, 1, all / figures.Values.Sum(f => f.Items / f.ThroughputPerS))
        {
            BaselinePerS = all / figures.Values.Sum(f => f.Items / f.BaselinePerS), More = new { modalities = figures },
        };
        var lines = string.Join('\n', figures.Select(f => FormattableString.Invariant(
            $"{f.Key,-12} {f.Value.ThroughputPerS,8:0.0}/s  bare {f.Value.BaselinePerS,8:0.0}/s  ratio {f.Value.Ratio:0.00}  ({f.Value.Items} items)")));
        await _shared.TellAsync(parsed, parsed.GetValue(options.Json), result, $"{lines}");
        return 0;
    }

    private static string[] Files(DirectoryInfo folder, string[] extensions, int most)
    {
        var files = folder.Exists
            ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(f => extensions.Contains(f.Extension.ToLowerInvariant())).OrderBy(f => f.FullName, StringComparer.Ordinal).Take(most).ToArray()
            : [];
        return files.Length > 0
            ? Array.ConvertAll(files, f => f.FullName)
            : throw new RefusedException("bench.empty", $"{folder.FullName} holds no {string.Join(" or ", extensions)} files.");
    }

    private static void Look<T>(byte[][] files, Func<IReadOnlyList<StillImage>, T> encode)
    {
        foreach (var chunk in files.Chunk(16))
        {
            var images = Array.ConvertAll(chunk, f => StillImage.Decode(f));
            encode(images);
            Array.ForEach(images, i => i.Dispose());
        }
    }

    /// <summary>Each runs once to warm up; then in turns, the better of two.</summary>
    private static Figure Measure(int items, Action product, Action bare)
    {
        product();
        bare();
        double best = double.MaxValue, bareBest = double.MaxValue;
        for (var round = 0; round < 2; round++)
        {
            best = Math.Min(best, Seconds(product));
            bareBest = Math.Min(bareBest, Seconds(bare));
        }

        return new(items, Math.Round(items / best, 1), Math.Round(items / bareBest, 1), Math.Round(bareBest / best, 3));
    }

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }
}
