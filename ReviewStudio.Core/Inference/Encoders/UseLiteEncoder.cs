using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>English text to f32[512], L2-normalised (Universal Sentence Encoder lite). Thread-safe.</summary>
public sealed class UseLiteEncoder : IDisposable
{
    public const int Dimensions = 512;

    private const int BatchSize = 32;
    private static readonly string[] Inputs = ["input_ids", "attention_mask"];
    private static readonly string[] Outputs = ["embedding"];

    private readonly InferenceSession _session;
    private readonly SentencePieces _pieces;

    internal UseLiteEncoder(string modelPath, SentencePieces pieces)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(modelPath, options);
        _pieces = pieces;
    }

    /// <summary>Embeddings in the order given. Texts of like length are run together; what exceeds 128 pieces is cut off.</summary>
    public float[][] Encode(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var pieces = new List<int>[texts.Count];
        Parallel.For(0, texts.Count, i => pieces[i] = _pieces.Encode(texts[i].Length > 4_000 ? texts[i][..4_000] : texts[i]));
        var order = Enumerable.Range(0, texts.Count).OrderBy(i => pieces[i].Count).ToArray();
        var result = new float[texts.Count][];
        for (var start = 0; start < order.Length; start += BatchSize)
        {
            EncodeBatch(pieces, order.AsSpan(start, Math.Min(BatchSize, order.Length - start)), result);
        }

        return result;
    }

    /// <summary>The piece ids of a text, for tests and explanations.</summary>
    public IReadOnlyList<int> Pieces(string text) => _pieces.Encode(text);

    public void Dispose() => _session.Dispose();

    private void EncodeBatch(List<int>[] pieces, ReadOnlySpan<int> rows, float[][] result)
    {
        var width = 1;
        foreach (var row in rows)
        {
            width = Math.Max(width, Math.Min(pieces[row].Count, UseLiteConverter.LongestInput));
        }

        var ids = new long[rows.Length * width];
        var mask = new long[rows.Length * width];
        for (var r = 0; r < rows.Length; r++)
        {
            var row = pieces[rows[r]];
            for (var j = 0; j < Math.Min(row.Count, width); j++)
            {
                ids[(r * width) + j] = row[j];
                mask[(r * width) + j] = 1;
            }
        }

        using var idTensor = OrtValue.CreateTensorValueFromMemory(ids, [rows.Length, width]);
        using var maskTensor = OrtValue.CreateTensorValueFromMemory(mask, [rows.Length, width]);
        using var options = new RunOptions();
        using var output = _session.Run(options, Inputs, [idTensor, maskTensor], Outputs);
        var embeddings = output[0].GetTensorDataAsSpan<float>();
        for (var r = 0; r < rows.Length; r++)
        {
            result[rows[r]] = embeddings.Slice(r * Dimensions, Dimensions).ToArray();
        }
    }
}
