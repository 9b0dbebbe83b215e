using Microsoft.ML.OnnxRuntime;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;

namespace ReviewStudio.Core.Inference.Fusion;

/// <summary>Items as the tensors of a fused head, padded to the richest of them.</summary>
internal sealed class FusionBatch : IDisposable
{
    public static readonly string[] Inputs =
    [
        "text_ngrams", "text_ngram_values", "text_embedding", "text_embedding_present", "text_present",
        "image_features", "image_layout", "image_present", "audio_speech", "audio_present",
    ];

    private readonly List<OrtValue> _values = [];
    private readonly int _items;

    public FusionBatch(IReadOnlyList<IReadOnlyList<PartVector>> items)
    {
        _items = items.Count;
        AddTexts(Of(items, Modality.Text));
        var images = Of(items, Modality.Image);
        AddDense(images, ImageEncoder.Dimensions, p => p.Image?.Features);
        AddDense(images, ImageEncoder.LayoutDimensions, p => p.Image?.Layout);
        AddDense(images, 1, _ => [1]);
        var sounds = Of(items, Modality.Audio);
        AddDense(sounds, AudioEncoder.Dimensions, p => p.Audio);
        AddDense(sounds, 1, _ => [1]);
    }

    /// <summary>In the order of <see cref="Inputs"/>.</summary>
    public IReadOnlyCollection<OrtValue> Values => _values;

    public void Dispose() => _values.ForEach(v => v.Dispose());

    private static PartVector[][] Of(IReadOnlyList<IReadOnlyList<PartVector>> items, Modality modality) =>
        [.. items.Select(parts => parts.Where(p => p.Modality == modality).ToArray())];

    private void AddTexts(PartVector[][] items)
    {
        var parts = Most(items);
        var width = Math.Max(1, items.SelectMany(i => i).Max(p => p.Text?.Ngrams.Indices.Length) ?? 1);
        var indices = new long[_items * parts * width];
        var values = new float[indices.Length];
        for (var i = 0; i < items.Length; i++)
        {
            for (var p = 0; p < items[i].Length; p++)
            {
                var ngrams = items[i][p].Text?.Ngrams ?? SparseVector.Empty;
                var start = ((i * parts) + p) * width;
                for (var j = 0; j < ngrams.Indices.Length; j++)
                {
                    indices[start + j] = ngrams.Indices[j];
                }

                ngrams.Values.CopyTo(values, start);
            }
        }

        _values.Add(OrtValue.CreateTensorValueFromMemory(indices, [_items, parts, width]));
        _values.Add(OrtValue.CreateTensorValueFromMemory(values, [_items, parts, width]));
        AddDense(items, HeadModel.EmbeddingLength, p => p.Text?.Embedding);
        AddDense(items, 1, p => p.Text?.Embedding is null ? null : [1]);
        AddDense(items, 1, _ => [1]);
    }

    /// <summary>One row a part; zeros where a part is absent or lacks the vector.</summary>
    private void AddDense(PartVector[][] items, int width, Func<PartVector, float[]?> of)
    {
        var parts = Most(items);
        var data = new float[_items * parts * width];
        for (var i = 0; i < items.Length; i++)
        {
            for (var p = 0; p < items[i].Length; p++)
            {
                of(items[i][p])?.CopyTo(data, ((i * parts) + p) * width);
            }
        }

        _values.Add(OrtValue.CreateTensorValueFromMemory(data, [_items, parts, width]));
    }

    private static int Most(PartVector[][] items) => Math.Max(1, items.Max(i => i.Length));
}
