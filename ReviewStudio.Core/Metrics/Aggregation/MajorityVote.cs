using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Core.Metrics.Aggregation;

/// <summary>The label with the most votes, or the most weight.</summary>
public static class MajorityVote
{
    /// <summary>
    /// One rater, one vote. Of tied labels the one that is more frequent among all verdicts wins, then the first; the tie
    /// is told. The share of the votes is the confidence.
    /// </summary>
    public static AggregatedLabels Of(RatingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Weighted(table, Enumerable.Repeat(1.0, table.RaterCount).ToArray());
    }

    /// <summary>A vote counts as much as its rater's weight.</summary>
    /// <param name="table">The verdicts.</param>
    /// <param name="weights">Each rater's weight, f64[R], finite and at least 0. An item whose raters all weigh 0 is decided by heads.</param>
    /// <exception cref="ArgumentException">The weights are not R such numbers.</exception>
    public static AggregatedLabels Weighted(RatingTable table, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count != table.RaterCount || !weights.All(w => double.IsFinite(w) && w >= 0))
        {
            throw new ArgumentException($"{table.RaterCount} raters need as many finite weights of at least 0.", nameof(weights));
        }

        var votes = new double[table.ItemCount * table.LabelCount];
        var overall = new double[table.LabelCount];
        for (var item = 0; item < table.ItemCount; item++)
        {
            Count(table, item, weights, votes.AsSpan(item * table.LabelCount, table.LabelCount));
            for (var c = 0; c < overall.Length; c++)
            {
                overall[c] += votes[(item * table.LabelCount) + c];
            }
        }

        return Decide(table, votes, overall);
    }

    /// <summary>
    /// The weight that makes a weighted vote of independent raters right most often: ln((C − 1)·a / (1 − a)) of a rater's
    /// accuracy a (Nitzan and Paroush, Optimal decision rules in uncertain dichotomous choice situations, International
    /// Economic Review 23, 1982). One right and one wrong answer are added, so that short records weigh little; below
    /// chance it is 0.
    /// </summary>
    /// <param name="right">Answers that were right, such as on gold.</param>
    /// <param name="n">All answers whose truth is known.</param>
    /// <param name="labelCount">Number of labels C, at least 2.</param>
    public static double WeightOf(int right, int n, int labelCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, n);
        ArgumentOutOfRangeException.ThrowIfLessThan(labelCount, 2);
        return Math.Max(0, Math.Log((labelCount - 1) * (right + 1.0) / (n - right + 1.0)));
    }

    private static void Count(RatingTable table, int item, IReadOnlyList<double> weights, Span<double> votes)
    {
        var raters = table.Raters(item);
        var labels = table.Labels(item);
        double sum = 0;
        for (var i = 0; i < raters.Length; i++)
        {
            votes[labels[i]] += weights[raters[i]];
            sum += weights[raters[i]];
        }

        for (var i = 0; i < raters.Length && sum <= 0; i++)
        {
            votes[labels[i]]++;
        }
    }

    private static AggregatedLabels Decide(RatingTable table, double[] votes, double[] overall)
    {
        var result = new int[table.ItemCount];
        var tied = new bool[table.ItemCount];
        for (var item = 0; item < result.Length; item++)
        {
            var row = votes.AsSpan(item * table.LabelCount, table.LabelCount);
            double sum = 0, close = 0;
            var best = -1;
            for (var c = 0; c < row.Length; c++)
            {
                sum += row[c];
                if (row[c] <= 0)
                {
                    continue;
                }

                // Sums of weights in another order differ in their last digits.
                close = 1e-12 * row[c];
                var same = best >= 0 && Math.Abs(row[c] - row[best]) <= close;
                if (best < 0 || (!same && row[c] > row[best]))
                {
                    (best, tied[item]) = (c, false);
                }
                else if (same)
                {
                    best = overall[c] > overall[best] ? c : best;
                    tied[item] = true;
                }
            }

            result[item] = best;
            for (var c = 0; c < row.Length; c++)
            {
                row[c] = sum > 0 ? row[c] / sum : 1.0 / row.Length;
            }
        }

        return new(table.LabelCount, result, tied, votes);
    }
}
