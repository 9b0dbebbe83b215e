using System.Text.Json;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Training.Fusion;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Cli.Bench;

/// <summary>A head over all parts, fitted to drawn vectors of the encoders that are here: its arithmetic is that of any other of its kind.</summary>
internal static class MediaBenchHead
{
    private const int Examples = 120;
    private const int Ngrams = 24;

    public static Task<Head> ServeAsync(IServiceProvider services, PolicyVersion version, CancellationToken stop)
    {
        var draw = new Random(1);
        List<string> keys = [.. version.Labels.OrderBy(l => l.Ordinal).Select(l => l.Key)];
        var examples = Enumerable.Range(0, Examples).Select(i => new FusionExample([Part(draw, i)], i / 3 % keys.Count, [$"{i}"])).ToList();

        // Rule and penalties are given, so that nothing is searched for.
        var chosen = new FusionReport(FusionRule.Any, new Dictionary<string, double>(StringComparer.Ordinal), 1, 0, 0, new Dictionary<FusionRule, double>());
        var fitted = FusionTrainer.Fit(examples, keys, new FusionOptions { Chosen = chosen }, null, stop);
        var encoders = services.GetRequiredService<PartVectorizer>().Version;
        var head = new Head
        {
            PolicyId = version.PolicyId, PolicyVersionId = version.Id, Number = 1, Format = FusionModel.Format, EncoderVersion = encoders, LabelKeysJson = JsonSerializer.Serialize(keys),
        };
        return ServedHead.KeepAsync(services, head, path => FusionOnnxWriter.Save(fitted, new HeadProvenance(encoders, "bench", "bench", DateTime.UnixEpoch), path), stop);
    }

    /// <summary>Every modality in turn: of one that no example has, a head leaves all parts out of account.</summary>
    private static PartVector Part(Random draw, int i) => (i % 3) switch
    {
        0 => PartVector.Of(0, new TextVector(new SparseVector([.. Enumerable.Range(0, Ngrams).Select(k => (k * 64) + draw.Next(64))], [.. Enumerable.Repeat(1f, Ngrams)]), Values(draw, HeadModel.EmbeddingLength))),
        1 => PartVector.Of(0, new ImageFeatures(Values(draw, ImageEncoder.Dimensions), Values(draw, ImageEncoder.LayoutDimensions), Values(draw, ImageEncoder.ClassNames.Count))),
        _ => PartVector.OfAudio(0, Values(draw, AudioEncoder.Dimensions)),
    };

    private static float[] Values(Random draw, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)draw.NextDouble())];
}
