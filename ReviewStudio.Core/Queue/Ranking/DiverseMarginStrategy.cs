using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Queue.Ranking;

/// <summary>
/// Margin without asking the same thing twice: from the most uncertain cases, two for every verdict to come, it takes
/// one after the other the case with the greatest margin uncertainty minus a penalty for its likeness to those already
/// taken. Retraining happens once a batch, and within a batch near-copies teach the same lesson. The trade of relevance
/// against redundancy is that of maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).
/// </summary>
public sealed class DiverseMarginStrategy : IBatchRankingStrategy
{
    // Measured on short posts: a penalty of 0.3 to 0.6 and a window of 2 to 4 batches do equally well.
    private const double Penalty = 0.6;
    private const int WindowBatches = 2;

    private readonly MarginStrategy _margin = new();

    public string Key => "diverse-margin";

    public string Description => "The two most likely labels are close, and the case is unlike those ahead of it.";

    /// <summary>Half the margin uncertainty: between two re-rankings an arrival lines up behind the batch that was laid out.</summary>
    public double Uncertainty(RankInput input) => _margin.Uncertainty(input) / 2;

    public double[] Rerank(IReadOnlyList<RankCandidate> candidates, int batch, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var margins = new double[candidates.Count];
        for (var i = 0; i < margins.Length; i++)
        {
            margins[i] = _margin.Uncertainty(new(candidates[i].Probabilities));
        }

        // The index breaks ties, so that the same queue gets the same order.
        var window = Enumerable.Range(0, margins.Length)
            .OrderByDescending(i => margins[i]).ThenBy(i => i)
            .Take(WindowBatches * Math.Min(batch, margins.Length))
            .ToArray();
        var result = Array.ConvertAll(margins, m => m / 2);
        var likeness = new double[window.Length];
        var taken = new bool[window.Length];
        var places = Math.Min(batch, window.Length);
        for (var place = 0; place < places; place++)
        {
            ct.ThrowIfCancellationRequested();
            var best = -1;
            var bestScore = double.NegativeInfinity;
            for (var w = 0; w < window.Length; w++)
            {
                var score = margins[window[w]] - (Penalty * likeness[w]);
                if (!taken[w] && score > bestScore)
                {
                    (best, bestScore) = (w, score);
                }
            }

            taken[best] = true;
            result[window[best]] = 1 - (0.5 * place / places);
            for (var w = 0; w < window.Length; w++)
            {
                if (!taken[w])
                {
                    likeness[w] = Math.Max(likeness[w], Likeness.Of(candidates[window[w]].Vector, candidates[window[best]].Vector));
                }
            }
        }

        return result;
    }
}

/// <summary>How alike two items are.</summary>
internal static class Likeness
{
    /// <summary>Cosine of the embeddings where both have one, else of the n-grams; −1 to 1.</summary>
    public static double Of(TextVector a, TextVector b) => a.Embedding is { } x && b.Embedding is { } y ? Dot(x, y) : Cosine(a.Ngrams, b.Ngrams);

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = System.Numerics.Vector<float>.Zero;
        var width = System.Numerics.Vector<float>.Count;
        var i = 0;
        for (; i <= a.Length - width; i += width)
        {
            sum += new System.Numerics.Vector<float>(a[i..]) * new System.Numerics.Vector<float>(b[i..]);
        }

        double total = System.Numerics.Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    private static double Cosine(SparseVector a, SparseVector b)
    {
        double dot = 0, lengthA = 0, lengthB = 0;
        Array.ForEach(a.Values, v => lengthA += v * v);
        Array.ForEach(b.Values, v => lengthB += v * v);
        for (int i = 0, j = 0; i < a.Indices.Length && j < b.Indices.Length;)
        {
            var order = a.Indices[i].CompareTo(b.Indices[j]);
            dot += order == 0 ? a.Values[i] * b.Values[j] : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return lengthA == 0 || lengthB == 0 ? 0 : dot / Math.Sqrt(lengthA * lengthB);
    }
}
