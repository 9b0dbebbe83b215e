using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>English text to f32[512], L2-normalised (Universal Sentence Encoder lite). Thread-safe.</summary>
public sealed class UseLiteEncoder : IDisposable
{
    public const int Dimensions = 512;

    private const int BatchSize = 32;

    // Rows of a run are padded to its longest: the next run begins where padding would cost more than another run does.
    private const double MostPadding = 1.25;
    private const int FreePadding = 3;
    private static readonly string[] Inputs = ["input_ids", "attention_mask"];
    private static readonly string[] Outputs = ["embedding"];

    private readonly InferenceSession _session;
    private readonly SentencePieces _pieces;

    internal UseLiteEncoder(string modelPath, SentencePieces pieces)
    {
        // One thread a run, and several runs at a time: the matrices of a post are too small to be shared between threads.
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
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
        var runs = Runs(pieces, order);
        if (runs.Count == 1)
        {
            EncodeBatch(pieces, order, result);
        }
        else
        {
            // The longest first, so that no processor ends up with it alone.
            runs.Reverse();
            Parallel.ForEach(Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering), run => EncodeBatch(pieces, order.AsSpan(run.Start, run.Count), result));
        }

        return result;
    }

    /// <summary>The piece ids of a text, for tests and explanations.</summary>
    public IReadOnlyList<int> Pieces(string text) => _pieces.Encode(text);

    public void Dispose() => _session.Dispose();

    /// <summary>Cuts the rows, ascending by length, into runs of like length.</summary>
    private static List<(int Start, int Count)> Runs(List<int>[] pieces, int[] order)
    {
        var most = Math.Clamp((order.Length + Environment.ProcessorCount - 1) / Environment.ProcessorCount, 1, BatchSize);
        var runs = new List<(int Start, int Count)>();
        var start = 0;
        for (var i = 1; i <= order.Length; i++)
        {
            if (i == order.Length || i - start == most || Length(i) > (MostPadding * Length(start)) + FreePadding)
            {
                runs.Add((start, i - start));
                start = i;
            }
        }

        return runs;

        int Length(int place) => Math.Min(pieces[order[place]].Count, UseLiteConverter.LongestInput);
    }

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
