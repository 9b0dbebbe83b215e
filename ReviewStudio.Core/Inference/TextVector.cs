namespace ReviewStudio.Core.Inference;

/// <summary>A sparse vector: strictly ascending indices and their values.</summary>
/// <param name="Indices">Positions, 0-based, ascending, unique; for hashed n-grams below 2^18.</param>
/// <param name="Values">One finite value an index.</param>
public sealed record SparseVector(int[] Indices, float[] Values)
{
    public static SparseVector Empty { get; } = new([], []);
}

/// <summary>What the encoders saw of one item's text.</summary>
/// <param name="Ngrams">Hashed word n-grams with sublinear term frequency (1 + ln tf), not yet scaled by idf.</param>
/// <param name="Embedding">f32[512], L2-normalised, or null where no semantic model covers the language.</param>
public sealed record TextVector(SparseVector Ngrams, float[]? Embedding)
{
    /// <summary>Of no text at all.</summary>
    public static TextVector Empty { get; } = new(SparseVector.Empty, null);
}
