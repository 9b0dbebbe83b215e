using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference;

/// <summary>What a head's ONNX file says of itself.</summary>
/// <param name="Labels">Label keys in output order.</param>
/// <param name="EncoderVersion">The encoder versions whose vectors it reads.</param>
/// <param name="Policy">The policy and version, as its trainer wrote them; empty if not told.</param>
/// <param name="Trainer">What made it; empty if not told.</param>
/// <param name="TrainedOn">Logical hash of the training snapshot; empty if not told.</param>
public sealed record HeadMetadata(IReadOnlyList<string> Labels, string EncoderVersion, string Policy, string Trainer, string TrainedOn);

/// <summary>The file is no usable head; the message says why and what to do.</summary>
public sealed class InvalidHeadException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A loaded head: vectors in, calibrated probabilities out. Any ONNX file serves that keeps the contract: inputs
/// <c>ngram_indices</c> i64[b,k], <c>ngram_values</c> f32[b,k] (both padded with 0), <c>embedding</c> f32[b,512],
/// <c>embedding_present</c> f32[b,1]; output <c>probabilities</c> f32[b,C]. Safe for use by several threads.
/// </summary>
public sealed class HeadModel : IHeadModel
{
    public const string Format = "head-1";
    public const int EmbeddingLength = 512;

    private const int BatchSize = 64;
    private static readonly string[] Inputs = ["ngram_indices", "ngram_values", "embedding", "embedding_present"];
    private static readonly string[] Outputs = ["probabilities"];

    private readonly InferenceSession _session;

    private HeadModel(InferenceSession session, HeadMetadata metadata)
    {
        _session = session;
        Metadata = metadata;
    }

    public HeadMetadata Metadata { get; }

    /// <inheritdoc />
    public bool ReadsParts => false;

    /// <summary>Loads and tries out a head file.</summary>
    /// <exception cref="InvalidHeadException">The file is missing, not ONNX, or does not keep the contract.</exception>
    public static HeadModel Load(string path)
    {
        var session = HeadFile.Open(path);
        try
        {
            var model = new HeadModel(session, HeadFile.ReadMetadata(session, Inputs, Outputs, Format));
            HeadFile.Check(model.Metadata, () => model.Predict([
                new TextVector(new SparseVector([1, 7], [1, 1.7f]), new float[EmbeddingLength]),
                new TextVector(SparseVector.Empty, null),
            ]));
            return model;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public float[][] Predict(IReadOnlyList<HeadInput> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Predict([.. items.Select(i => i.Text)]);
    }

    /// <summary>Probabilities by label, one row an item, in the order given; each row sums to 1.</summary>
    public float[][] Predict(IReadOnlyList<TextVector> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var result = new float[vectors.Count][];

        // Rows of like length go together: a batch is padded to its longest.
        var order = Enumerable.Range(0, vectors.Count).OrderBy(i => vectors[i].Ngrams.Indices.Length).ToArray();
        for (var start = 0; start < order.Length; start += BatchSize)
        {
            PredictBatch(vectors, order.AsSpan(start, Math.Min(BatchSize, order.Length - start)), result);
        }

        return result;
    }

    public void Dispose() => _session.Dispose();

    private void PredictBatch(IReadOnlyList<TextVector> vectors, ReadOnlySpan<int> rows, float[][] result)
    {
        var width = 1;
        foreach (var row in rows)
        {
            width = Math.Max(width, vectors[row].Ngrams.Indices.Length);
        }

        // Buffers of this size, made anew for every batch, would have the collector go over the whole memory again and again.
        var count = rows.Length;
        using var indices = new Rented<long>(count * width);
        using var values = new Rented<float>(count * width);
        using var embedding = new Rented<float>(count * EmbeddingLength);
        using var present = new Rented<float>(count);
        for (var r = 0; r < count; r++)
        {
            var vector = vectors[rows[r]];
            var own = indices.Span.Slice(r * width, width);
            for (var j = 0; j < vector.Ngrams.Indices.Length; j++)
            {
                own[j] = vector.Ngrams.Indices[j];
            }

            vector.Ngrams.Values.CopyTo(values.Span[(r * width)..]);
            if (vector.Embedding is { } e)
            {
                e.CopyTo(embedding.Span[(r * EmbeddingLength)..]);
                present.Span[r] = 1;
            }
        }

        using var indexTensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, indices.Memory, [count, width]);
        using var valueTensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.Memory, [count, width]);
        using var embeddingTensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, embedding.Memory, [count, EmbeddingLength]);
        using var presentTensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, present.Memory, [count, 1]);
        using var options = new RunOptions();
        using var output = _session.Run(options, Inputs, [indexTensor, valueTensor, embeddingTensor, presentTensor], Outputs);
        var probabilities = output[0].GetTensorDataAsSpan<float>();
        var labels = probabilities.Length / count;
        for (var r = 0; r < count; r++)
        {
            result[rows[r]] = probabilities.Slice(r * labels, labels).ToArray();
        }
    }

    /// <summary>Zeros out of the shared pool, given back at the end.</summary>
    private readonly struct Rented<T> : IDisposable
        where T : unmanaged
    {
        private readonly T[] _array;
        private readonly int _length;

        public Rented(int length)
        {
            (_array, _length) = (ArrayPool<T>.Shared.Rent(length), length);
            Span.Clear();
        }

        public Span<T> Span => _array.AsSpan(0, _length);

        public Memory<T> Memory => _array.AsMemory(0, _length);

        public void Dispose() => ArrayPool<T>.Shared.Return(_array);
    }
}
