using System.Runtime.InteropServices;

namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>Two raters and what they have in common.</summary>
/// <param name="First">The one with the lower number.</param>
/// <param name="Second">The other.</param>
/// <param name="Agreement">The share of common items on which they agree.</param>
/// <param name="Kappa">Cohen's κ over them.</param>
public sealed record RaterPair(int First, int Second, Coefficient Agreement, Coefficient Kappa);

/// <summary>All pairs of raters who share an item: the cells of the heat map.</summary>
public static class RaterPairs
{
    /// <summary>Each pair, by first and then second rater.</summary>
    /// <param name="table">The verdicts; labels in their order where weights are used.</param>
    /// <param name="weights">How much a disagreement counts in κ; agreement is always that of equal labels.</param>
    /// <param name="confidence">Nominal coverage of the intervals, in (0, 1).</param>
    public static IReadOnlyList<RaterPair> Of(RatingTable table, KappaWeights weights = KappaWeights.None, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(table);
        var pairs = new Dictionary<(int First, int Second), int[]>();
        var size = table.LabelCount;
        Visit(table, (first, second, a, b) =>
        {
            ref var cells = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, (first, second), out _);
            (cells ??= new int[size * size])[(a * size) + b]++;
        });
        return [.. pairs.OrderBy(p => p.Key).Select(p => Measure(p.Key.First, p.Key.Second, p.Value, size, weights, confidence))];
    }

    /// <summary>Both measures from the table of label pairs alone: items in the same cell move them alike.</summary>
    private static RaterPair Measure(int first, int second, int[] cells, int size, KappaWeights weights, double confidence)
    {
        var counts = new PairCounts(size);
        var same = 0;
        for (var cell = 0; cell < cells.Length; cell++)
        {
            counts.Add(cell / size, cell % size, cells[cell], weights);
            same += cell / size == cell % size ? cells[cell] : 0;
        }

        // An item is 0 or 1 here, so its influence is (x − p)/n and the squares add up to p(1 − p)/n.
        var (n, share) = (counts.N, (double)same / counts.N);
        var agreement = ItemSpread.Finish(share, share * (1 - share) / n, n, counts.TopShareOfCounts, confidence);
        if (agreement.Interval is { Lower: < 0 } ends)
        {
            agreement = agreement with { Interval = ends with { Lower = 0 } };
        }

        if (counts.WhyNot(weights) is { } why)
        {
            return new RaterPair(first, second, agreement, Coefficient.Undefined(n, why));
        }

        counts.Settle(weights);
        double squares = 0;
        for (var cell = 0; cell < cells.Length; cell++)
        {
            if (cells[cell] > 0)
            {
                var influence = counts.Influence(cell / size, cell % size, weights);
                squares += cells[cell] * influence * influence;
            }
        }

        return new RaterPair(first, second, agreement, ItemSpread.Finish(counts.Kappa, squares, n, counts.TopShare, confidence));
    }

    internal static Dictionary<(int First, int Second), PairCounts> Count(RatingTable table, KappaWeights weights)
    {
        var pairs = new Dictionary<(int First, int Second), PairCounts>();
        Visit(table, (first, second, a, b) =>
        {
            if (!pairs.TryGetValue((first, second), out var counts))
            {
                pairs[(first, second)] = counts = new(table.LabelCount);
            }

            counts.Add(a, b, weights);
        });
        return pairs;
    }

    /// <summary>Σ_items of the squared influence on the mean κ of the pairs that have one.</summary>
    internal static double Squares(RatingTable table, Dictionary<(int First, int Second), PairCounts> pairs, KappaWeights weights, int defined)
    {
        double squares = 0;
        for (var item = 0; item < table.ItemCount; item++)
        {
            double influence = 0;
            var raters = table.Raters(item);
            var labels = table.Labels(item);
            for (var i = 0; i < raters.Length; i++)
            {
                for (var j = i + 1; j < raters.Length; j++)
                {
                    var pair = pairs[(raters[i], raters[j])];
                    influence += pair.IsSettled ? pair.Influence(labels[i], labels[j], weights) : 0;
                }
            }

            squares += influence * influence / ((double)defined * defined);
        }

        return squares;
    }

    private static void Visit(RatingTable table, Action<int, int, int, int> pair)
    {
        for (var item = 0; item < table.ItemCount; item++)
        {
            var raters = table.Raters(item);
            var labels = table.Labels(item);
            for (var i = 0; i < raters.Length; i++)
            {
                for (var j = i + 1; j < raters.Length; j++)
                {
                    pair(raters[i], raters[j], labels[i], labels[j]);
                }
            }
        }
    }
}
