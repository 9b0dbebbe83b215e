using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>A file of labelled posts with a split of its own.</summary>
/// <param name="Path">JSON lines; see <c>train --help</c>.</param>
/// <param name="LabelColumn">Which name holds the label.</param>
/// <param name="SplitColumn">Which name says <c>train</c> or <c>test</c>.</param>
public sealed record MeasureFusionRequest(string Path, string LabelColumn, string SplitColumn);

/// <summary>How one head does on the test posts.</summary>
/// <param name="MacroF1">With its interval, from a bootstrap over test posts.</param>
/// <param name="Ceiling">Macro-F1 of whoever perceives this modality perfectly and no other, or null where the file does not tell what its parts show.</param>
/// <param name="Report">How it was fitted.</param>
public sealed record FusionMeasure(Estimate MacroF1, double? Ceiling, FusionReport Report);

/// <summary>The fused head beside heads that have one modality each, trained and tested on the same posts.</summary>
public sealed record FusionComparison(int Train, int Test, FusionMeasure Fused, IReadOnlyDictionary<Modality, FusionMeasure> Single);

/// <summary>
/// Trains a fused head on the training posts of a file and one head for each modality alone, and measures all on its
/// test posts. Nothing is chosen by the test posts. The database is not touched.
/// </summary>
public sealed class MeasureFusion(PartVectorizer vectorizer) : IUseCase
{
    private const ulong Seed = 1;

    /// <exception cref="RefusedException">The file does not hold what is needed; the message says what.</exception>
    public async Task<FusionComparison> RunAsync(MeasureFusionRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        var posts = await PostFile.ReadAsync(request.Path, request.LabelColumn, request.SplitColumn, cancellation);
        posts.RemoveAll(p => p.Split is not ("train" or "test"));
        if (posts.TrueForAll(p => p.Split == "train") || posts.TrueForAll(p => p.Split == "test"))
        {
            throw new RefusedException("posts.no-split", $"The file needs posts whose {request.SplitColumn} is train and posts where it is test.");
        }

        string[] labels = [.. posts.Select(p => p.Label).Distinct().Order(StringComparer.Ordinal)];
        var examples = PostEncoder.Encode(posts, labels, vectorizer, cancellation);
        var train = examples.Where((_, i) => posts[i].Split == "train").ToArray();
        var test = examples.Where((_, i) => posts[i].Split == "test").ToArray();
        var fused = Measure(train, test, labels, null, cancellation);
        var single = examples.SelectMany(e => e.Parts).Select(p => p.Modality).Distinct().Order().ToDictionary(m => m, m => Measure(
            Array.ConvertAll(train, e => Only(e, m)), Array.ConvertAll(test, e => Only(e, m)), labels, Ceiling(posts, m), cancellation));
        return new(train.Length, test.Length, fused, single);
    }

    /// <summary>
    /// Macro-F1 on the test posts of the best answer to what the parts truly show, learnt by majority from the training
    /// posts.
    /// </summary>
    internal static double? Ceiling(IReadOnlyList<LabelledPost> posts, Modality modality)
    {
        if (posts.All(p => p.Shows.Count == 0))
        {
            return null;
        }

        string[] labels = [.. posts.Select(p => p.Label).Distinct().Order(StringComparer.Ordinal)];
        var name = modality.ToString().ToLowerInvariant();
        string Shown(LabelledPost post) => post.Shows.GetValueOrDefault(name, "");
        int Most(IEnumerable<LabelledPost> group) => Array.IndexOf(labels, group.GroupBy(p => p.Label).OrderByDescending(g => g.Count()).First().Key);
        var train = posts.Where(p => p.Split == "train").ToArray();
        var answer = train.GroupBy(Shown).ToDictionary(g => g.Key, Most);
        var usual = Most(train);
        var test = posts.Where(p => p.Split == "test").ToArray();
        return ConfusionMatrix.Of(
            [.. test.Select(p => Array.IndexOf(labels, p.Label))], [.. test.Select(p => answer.GetValueOrDefault(Shown(p), usual))], labels.Length).MacroF1().Value;
    }

    private static FusionMeasure Measure(FusionExample[] train, FusionExample[] test, string[] labels, double? ceiling, CancellationToken cancellation)
    {
        var head = FusionTrainer.Fit(train, labels, new FusionOptions { Seed = Seed }, cancellation: cancellation);
        int[] truth = [.. test.Select(e => e.Label)];
        int[] answers = [.. test.Select(e => head.Predict(e.Parts)).Select(p => Array.IndexOf(p, p.Max()))];
        return new(Bootstrap.MacroF1(truth, answers, labels.Length, Seed), ceiling, head.Report);
    }

    private static FusionExample Only(FusionExample example, Modality modality)
    {
        var kept = Enumerable.Range(0, example.Parts.Count).Where(p => example.Parts[p].Modality == modality).ToArray();
        return example with { Parts = [.. kept.Select(p => example.Parts[p])], Contents = [.. kept.Select(p => example.Contents[p])] };
    }
}
