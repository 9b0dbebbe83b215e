using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>How two sets of items differ in agreement.</summary>
/// <param name="First">α of the first set.</param>
/// <param name="Second">α of the second.</param>
/// <param name="Difference">Second minus first; null where one is not defined.</param>
/// <param name="Interval">Of the difference, 95 %; null where one of them has no interval.</param>
/// <param name="P">Two-sided, of a difference this large by chance; null where there is none.</param>
public sealed record AlphaDifference(Coefficient First, Coefficient Second, double? Difference, Interval? Interval, double? P)
{
    /// <summary>Most items for the permutation test; beyond it the normal approximation is as good.</summary>
    public const int MostPermuted = 20_000;

    private const int Permutations = 2_000;

    /// <summary>
    /// Compares nominal α of two disjoint sets of items. The test permutes items between the sets and counts differences at
    /// least as large (Good, Permutation, parametric and bootstrap tests of hypotheses, 2005, chapter 3); one is added to
    /// both counts, so p is never 0. The interval adds the two sets' influence-function variances (see <see cref="Coefficient"/>
    /// and docs/agreement.md), with a normal quantile.
    /// </summary>
    /// <param name="seed">Of the permutations.</param>
    /// <exception cref="ArgumentException">The tables have different labels.</exception>
    public static AlphaDifference Of(RatingTable first, RatingTable second, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.LabelCount != second.LabelCount)
        {
            throw new ArgumentException($"Tables of {first.LabelCount} and {second.LabelCount} labels cannot be compared.", nameof(second));
        }

        var (a, b) = (KrippendorffAlpha.Of(first), KrippendorffAlpha.Of(second));
        if (a.Value is not { } x || b.Value is not { } y)
        {
            return new(a, b, null, null, null);
        }

        var (errorA, errorB) = (Error(a), Error(b));
        Interval? interval = null;
        double? p = null;
        if (errorA is { } ea && errorB is { } eb)
        {
            var error = Math.Sqrt((ea * ea) + (eb * eb));
            var half = Proportion.NormalQuantile(0.975) * error;
            interval = new(Math.Max(-2, y - x - half), Math.Min(2, y - x + half), 0.95);
            p = 2 * (1 - TrendTest.NormalCdf(Math.Abs(y - x) / error));
        }

        if (first.PairableCount + second.PairableCount <= MostPermuted)
        {
            p = Permute([.. Units(first), .. Units(second)], first.PairableCount, first.LabelCount, Math.Abs(y - x), seed);
        }

        return new(a, b, y - x, interval, p);
    }

    /// <summary>The standard error behind an interval that is symmetric on Fisher's scale.</summary>
    private static double? Error(Coefficient alpha) => alpha is { Value: { } value, Interval: { } ends } && value > -1 && value < 1 && ends is { Lower: > -1, Upper: < 1 }
        ? (Math.Atanh(ends.Upper) - Math.Atanh(ends.Lower)) / 2 * (1 - (value * value)) / ItemSpread.StudentQuantile(0.975, Math.Max(1, alpha.N - 1))
        : null;

    private static double Permute(List<Unit> units, int inFirst, int labels, double seen, ulong seed)
    {
        var random = new SeededRandom(seed);
        var all = Sums.Of(units, 0, units.Count, labels);
        var order = units.ToArray();
        var larger = 1;
        var tried = 1;
        for (var i = 0; i < Permutations; i++)
        {
            // Only the first places have to be drawn: what is left is the other set.
            for (var at = 0; at < inFirst; at++)
            {
                var other = at + random.Next(order.Length - at);
                (order[at], order[other]) = (order[other], order[at]);
            }

            var first = Sums.Of(order, 0, inFirst, labels);
            if (first.Alpha() is { } a && all.Without(first).Alpha() is { } b)
            {
                tried++;
                larger += Math.Abs(b - a) >= seen - 1e-12 ? 1 : 0;
            }
        }

        return (double)larger / tried;
    }

    private static IEnumerable<Unit> Units(RatingTable table)
    {
        for (var item = 0; item < table.ItemCount; item++)
        {
            if (table.Verdicts(item) >= 2)
            {
                double verdicts = table.Verdicts(item), agreeing = 0;
                foreach (var count in table.CellCounts(item))
                {
                    agreeing += (double)count * count;
                }

                yield return new Unit(((verdicts * verdicts) - agreeing) / (verdicts - 1), table.CellLabels(item).ToArray(), table.CellCounts(item).ToArray());
            }
        }
    }

    /// <summary>What one item adds to the sums of α.</summary>
    private sealed record Unit(double Observed, int[] Labels, int[] Counts);

    private sealed record Sums(double Observed, double[] Totals)
    {
        public static Sums Of(IReadOnlyList<Unit> units, int from, int to, int labels)
        {
            var totals = new double[labels];
            double observed = 0;
            for (var u = from; u < to; u++)
            {
                var unit = units[u];
                observed += unit.Observed;
                for (var k = 0; k < unit.Labels.Length; k++)
                {
                    totals[unit.Labels[k]] += unit.Counts[k];
                }
            }

            return new Sums(observed, totals);
        }

        public Sums Without(Sums part) => new(Observed - part.Observed, [.. Totals.Zip(part.Totals, (whole, taken) => whole - taken)]);

        public double? Alpha()
        {
            double total = Totals.Sum(), expected = (total * total) - Totals.Sum(t => t * t);
            return expected > 0 ? 1 - ((total - 1) * Observed / expected) : null;
        }
    }
}
