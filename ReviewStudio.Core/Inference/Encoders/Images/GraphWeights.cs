using System.Text.Json;

namespace ReviewStudio.Core.Inference.Encoders.Images;

/// <summary>A tensor of a TensorFlow.js graph: row-major values and their shape.</summary>
internal readonly record struct GraphTensor(float[] Values, int[] Shape);

/// <summary>Reads the weights of a TensorFlow.js graph model whose tensors are stored as bytes with a scale.</summary>
internal static class GraphWeights
{
    /// <param name="manifest">The <c>weightsManifest</c> of the model.</param>
    /// <param name="bytes">Its shards, one after another.</param>
    /// <exception cref="InvalidDataException">A tensor is of another kind, or the bytes are too few or too many.</exception>
    public static Dictionary<string, GraphTensor> Read(JsonElement manifest, ReadOnlySpan<byte> bytes)
    {
        var weights = new Dictionary<string, GraphTensor>(StringComparer.Ordinal);
        foreach (var entry in manifest.EnumerateArray().SelectMany(group => group.GetProperty("weights").EnumerateArray()))
        {
            var name = entry.GetProperty("name").GetString()!;
            var shape = entry.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray();
            var count = shape.Aggregate(1, (product, d) => product * d);
            if (!entry.TryGetProperty("quantization", out var quantization) || quantization.GetProperty("dtype").GetString() != "uint8" || bytes.Length < count)
            {
                throw new InvalidDataException($"The tensor {name} is not stored as bytes with a scale, or is cut off.");
            }

            var (least, scale) = (quantization.GetProperty("min").GetSingle(), quantization.GetProperty("scale").GetSingle());
            var values = new float[count];
            for (var i = 0; i < count; i++)
            {
                values[i] = (bytes[i] * scale) + least;
            }

            weights[name] = new GraphTensor(values, shape);
            bytes = bytes[count..];
        }

        return bytes.IsEmpty ? weights : throw new InvalidDataException($"{bytes.Length} bytes of weights belong to no tensor.");
    }
}
