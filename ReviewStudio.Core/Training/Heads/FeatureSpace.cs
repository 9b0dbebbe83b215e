using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>
/// The columns a fit works on: the hash buckets that occur in its examples (a few thousand of 2^18), then the
/// embedding, then one column that is 1 where an item has no embedding.
/// </summary>
internal sealed class FeatureSpace
{
    private readonly Dictionary<int, int> _columnOf;

    private FeatureSpace(int[] buckets, float[] idf, float embeddingScale)
    {
        Buckets = buckets;
        Idf = idf;
        EmbeddingScale = embeddingScale;
        _columnOf = new(buckets.Length);
        for (var c = 0; c < buckets.Length; c++)
        {
            _columnOf[buckets[c]] = c;
        }
    }

    /// <summary>The bucket of each n-gram column, ascending.</summary>
    public int[] Buckets { get; }

    /// <summary>The inverse document frequency of each n-gram column.</summary>
    public float[] Idf { get; }

    /// <summary>Factor of the embedding columns.</summary>
    public float EmbeddingScale { get; }

    public int Width => Buckets.Length + HeadTrainerOptions.EmbeddingWidth + 1;

    /// <summary>Smoothed inverse document frequency, ln((1 + n) / (1 + df)) + 1 (the form scikit-learn documents).</summary>
    public static FeatureSpace Of(IEnumerable<TextVector> vectors, HeadTrainerOptions options)
    {
        var frequency = new Dictionary<int, int>();
        var n = 0;
        foreach (var vector in vectors)
        {
            n++;
            foreach (var bucket in vector.Ngrams.Indices)
            {
                frequency[bucket] = frequency.GetValueOrDefault(bucket) + 1;
            }
        }

        var background = options.Background;
        var total = background?.Documents ?? n;
        var kept = frequency.Keys
            .Select(bucket => (bucket, count: background?.Of(bucket) ?? frequency[bucket]))
            .Where(f => f.count >= options.MinimumDocumentFrequency)
            .OrderBy(f => f.bucket)
            .ToArray();
        return new(
            Array.ConvertAll(kept, f => f.bucket),
            Array.ConvertAll(kept, f => (float)(Math.Log((1.0 + total) / (1.0 + f.count)) + 1)),
            options.EmbeddingScale);
    }

    /// <summary>The n-grams alone, scaled by idf to length 1.</summary>
    public SparseVector NgramRow(TextVector vector)
    {
        var (indices, values) = ScaledNgrams(vector);
        return new([.. indices], [.. values]);
    }

    /// <summary>Scales the n-grams by idf to length 1 and appends the scaled embedding.</summary>
    public SparseVector Row(TextVector vector)
    {
        var (indices, values) = ScaledNgrams(vector);
        if (vector.Embedding is { } embedding)
        {
            for (var j = 0; j < embedding.Length; j++)
            {
                indices.Add(Buckets.Length + j);
                values.Add(embedding[j] * EmbeddingScale);
            }
        }
        else
        {
            indices.Add(Width - 1);
            values.Add(1);
        }

        return new([.. indices], [.. values]);
    }

    private (List<int> Indices, List<float> Values) ScaledNgrams(TextVector vector)
    {
        var indices = new List<int>(vector.Ngrams.Indices.Length + HeadTrainerOptions.EmbeddingWidth);
        var values = new List<float>(indices.Capacity);
        double squares = 0;
        for (var i = 0; i < vector.Ngrams.Indices.Length; i++)
        {
            if (_columnOf.TryGetValue(vector.Ngrams.Indices[i], out var column))
            {
                var value = vector.Ngrams.Values[i] * Idf[column];
                indices.Add(column);
                values.Add(value);
                squares += (double)value * value;
            }
        }

        var length = (float)Math.Sqrt(squares);
        for (var i = 0; i < values.Count; i++)
        {
            values[i] /= length;
        }

        return (indices, values);
    }
}
