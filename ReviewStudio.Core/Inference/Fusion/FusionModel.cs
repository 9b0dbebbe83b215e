using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Fusion;

/// <summary>
/// A loaded fused head: what the encoders saw of all parts in, calibrated probabilities out. Any ONNX file serves that
/// keeps the contract. Inputs, with as many texts, images and sounds as the richest item of the batch has and at least
/// one each, absent ones filled with 0: <c>text_ngrams</c> i64[b,t,k], <c>text_ngram_values</c> f32[b,t,k],
/// <c>text_embedding</c> f32[b,t,512], <c>text_embedding_present</c> and <c>text_present</c> f32[b,t,1],
/// <c>image_features</c> f32[b,i,1792], <c>image_layout</c> f32[b,i,1224], <c>image_present</c> f32[b,i,1],
/// <c>audio_speech</c> f32[b,s,192], <c>audio_present</c> f32[b,s,1]. Output: <c>probabilities</c> f32[b,C]. Safe for use
/// by several threads.
/// </summary>
public sealed class FusionModel : IHeadModel
{
    public const string Format = "fusion-1";

    private const int BatchSize = 64;
    private static readonly string[] Outputs = ["probabilities"];

    private readonly InferenceSession _session;

    private FusionModel(InferenceSession session, HeadMetadata metadata)
    {
        _session = session;
        Metadata = metadata;
    }

    public HeadMetadata Metadata { get; }

    /// <inheritdoc />
    public bool ReadsParts => true;

    /// <summary>Loads and tries out a head file.</summary>
    /// <exception cref="InvalidHeadException">The file is missing, not ONNX, or does not keep the contract.</exception>
    public static FusionModel Load(string path)
    {
        var session = HeadFile.Open(path);
        try
        {
            var model = new FusionModel(session, HeadFile.ReadMetadata(session, FusionBatch.Inputs, Outputs, Format));
            HeadFile.Check(model.Metadata, () => model.Predict([[PartVector.OfAudio(0, new float[192])], []]));
            return model;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Probabilities by label, one row an item, in the order given; each row sums to 1. Items may have any parts, or none.</summary>
    public float[][] Predict(IReadOnlyList<IReadOnlyList<PartVector>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var result = new List<float[]>(items.Count);
        foreach (var chunk in items.Chunk(BatchSize))
        {
            using var batch = new FusionBatch(chunk);
            using var options = new RunOptions();
            using var output = _session.Run(options, FusionBatch.Inputs, batch.Values, Outputs);
            var probabilities = output[0].GetTensorDataAsSpan<float>();
            var labels = probabilities.Length / chunk.Length;
            for (var r = 0; r < chunk.Length; r++)
            {
                result.Add(probabilities.Slice(r * labels, labels).ToArray());
            }
        }

        return [.. result];
    }

    /// <inheritdoc />
    public float[][] Predict(IReadOnlyList<HeadInput> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Predict([.. items.Select(i => i.Parts)]);
    }

    /// <summary>
    /// What each part and each modality does to the scores of items, by leaving it out. Of an item that is one part in one
    /// way, there is nothing to tell, and its entry is null.
    /// </summary>
    public IReadOnlyList<Influence>?[] Influences(IReadOnlyList<IReadOnlyList<PartVector>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var asked = new List<(int Item, int? Part, Modality? Modality)>();
        for (var i = 0; i < items.Count; i++)
        {
            var item = i;
            var parts = items[i].Select(p => p.Part).Distinct().Order().ToArray();
            var modalities = items[i].Select(p => p.Modality).Distinct().Order().ToArray();
            asked.AddRange(parts.Length > 1 ? parts.Select(p => (item, (int?)p, (Modality?)null)) : []);
            asked.AddRange(modalities.Length > 1 ? modalities.Select(m => (item, (int?)null, (Modality?)m)) : []);
        }

        var rows = Predict(asked.ConvertAll(a => (IReadOnlyList<PartVector>)[.. items[a.Item].Where(p => a.Part is { } part ? p.Part != part : p.Modality != a.Modality)]));
        var result = new IReadOnlyList<Influence>?[items.Count];
        foreach (var group in asked.Select((a, k) => (a.Item, Influence: new Influence(a.Part, a.Modality, rows[k]))).GroupBy(a => a.Item))
        {
            result[group.Key] = [.. group.Select(g => g.Influence)];
        }

        return result;
    }

    public void Dispose() => _session.Dispose();
}
