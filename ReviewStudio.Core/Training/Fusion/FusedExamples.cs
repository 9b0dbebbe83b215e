using System.Globalization;
using System.Security.Cryptography;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>Labelled rows as the fused head's trainer takes them, from stored vectors.</summary>
public sealed class FusedExamples(ItemInputs inputs, PartVectorizer vectorizer) : IUseCase
{
    private const int Page = 1_000;

    /// <summary>The versions of the encoders whose vectors are read.</summary>
    public string Version => vectorizer.Version;

    /// <summary>Rows whose media wait for their encoders are left out, and so are those that no encoder saw anything of; a sentence says how many.</summary>
    /// <param name="keys">The labels; each row's is among them.</param>
    /// <returns>Examples with the row of each.</returns>
    internal async Task<(List<FusionExample> Examples, List<ExampleRow> Rows, IReadOnlyList<string> Warnings)> OfAsync(List<ExampleRow> rows, List<string> keys, CancellationToken stop)
    {
        var kept = new List<(ExampleRow Row, IReadOnlyList<PartVector> Parts)>(rows.Count);
        var (waiting, unseen) = (0, 0);
        foreach (var page in rows.Chunk(Page))
        {
            var byItem = await inputs.GetAsync(Array.ConvertAll(page, r => r.ItemKey), readsParts: true, stop);
            foreach (var row in page)
            {
                var input = byItem[row.ItemKey];
                if (!input.Complete)
                {
                    waiting++;
                }
                else if (input.Parts.Count == 0)
                {
                    unseen++;
                }
                else
                {
                    kept.Add((row, input.Parts));
                }
            }
        }

        var weights = CalibrationWeights.Of(kept.ConvertAll(k => k.Row));
        var examples = kept.Select((k, i) => new FusionExample(
            k.Parts, keys.IndexOf(k.Row.Label), [.. k.Parts.Select(Content)], CalibrationWeight: weights[i])).ToList();
        return (examples, kept.ConvertAll(k => k.Row), [.. Left(waiting, "because their media wait for the encoders"), .. Left(unseen, "because no encoder could look at them")]);
    }

    /// <summary>Equal contents have equal vectors, so the vector stands for the content.</summary>
    private static string Content(PartVector part) => Convert.ToHexString(SHA256.HashData(part switch
    {
        { Text: { } text } => VectorCodec.Encode(text),
        { Image: { } image } => ContentVector.Write(image),
        _ => VectorCodec.WriteDense(part.Audio),
    }));

    private static IEnumerable<string> Left(int count, string why) =>
        count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{count:N0} labelled {(count == 1 ? "item was" : "items were")} left out {why}.")];
}
