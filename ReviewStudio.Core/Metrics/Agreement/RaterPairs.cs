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
        var shared = new Dictionary<(int First, int Second), (List<int> First, List<int> Second)>();
        Visit(table, (first, second, a, b) =>
        {
            if (!shared.TryGetValue((first, second), out var labels))
            {
                shared[(first, second)] = labels = ([], []);
            }

            labels.First.Add(a);
            labels.Second.Add(b);
        });

        return [.. shared.OrderBy(p => p.Key).Select(p =>
        {
            int[] first = [.. p.Value.First], second = [.. p.Value.Second];
            int[] items = [.. Enumerable.Range(0, first.Length), .. Enumerable.Range(0, first.Length)];
            int[] raters = [.. Enumerable.Repeat(0, first.Length), .. Enumerable.Repeat(1, first.Length)];
            var both = RatingTable.Of(items, raters, [.. first, .. second], first.Length, 2, table.LabelCount);
            return new RaterPair(p.Key.First, p.Key.Second, PercentAgreement.Of(both, confidence), CohenKappa.Of(first, second, table.LabelCount, weights, confidence));
        })];
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
