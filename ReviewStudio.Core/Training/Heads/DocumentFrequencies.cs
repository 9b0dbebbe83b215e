using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>In how many documents each hash bucket occurs: counted over all content, it makes idf right from the first label on.</summary>
public sealed class DocumentFrequencies
{
    private readonly int[] _counts = new int[HeadTrainerOptions.NgramBuckets];

    /// <summary>Documents counted.</summary>
    public int Documents { get; private set; }

    /// <summary>Counts one document. Not thread-safe.</summary>
    public void Add(SparseVector ngrams)
    {
        Documents++;
        foreach (var bucket in ngrams.Indices)
        {
            _counts[bucket]++;
        }
    }

    /// <summary>Documents that hold the bucket.</summary>
    public int Of(int bucket) => _counts[bucket];
}
