namespace ReviewStudio.Core.Metrics;

/// <summary>One answer on an item whose truth is taken to be known.</summary>
/// <param name="Item">0 to n-1.</param>
/// <param name="Rater">0 to R-1.</param>
/// <param name="Right">Whether it equals the known answer.</param>
public readonly record struct KnownAnswer(int Item, int Rater, bool Right);

/// <summary>How an item fared with raters who are otherwise right.</summary>
/// <param name="Judged">Good raters who judged it.</param>
/// <param name="Missed">Of them, those who gave another answer.</param>
/// <param name="Chance">Probability of at least so many misses if the item were like the others; 1 where nobody good judged it.</param>
/// <param name="Doubtful">More likely the known answer is wrong than they all are.</param>
public sealed record ItemDoubt(int Judged, int Missed, double Chance, bool Doubtful);

/// <summary>
/// Finds items whose known answer is doubtful: most of the raters who are right elsewhere give another one. Each rater is
/// judged by the other items alone, and the misses are compared with the binomial tail of these raters' own error rate.
/// </summary>
public static class DoubtfulGold
{
    /// <summary>Other items that a rater must have judged to count as good or not.</summary>
    public const int FewestOthers = 5;

    /// <summary>Share right on the other items from which a rater counts as good.</summary>
    public const double GoodFrom = 0.8;

    /// <summary>Fewest misses by good raters that cast doubt.</summary>
    public const int FewestMisses = 3;

    /// <summary>An item is doubtful when chance gives so many misses less often than this.</summary>
    public const double Level = 0.01;

    /// <summary>Each item's doubt, in order.</summary>
    /// <param name="answers">At most one a rater and item.</param>
    /// <exception cref="ArgumentOutOfRangeException">An item or rater is negative or beyond the counts.</exception>
    public static IReadOnlyList<ItemDoubt> Of(IReadOnlyList<KnownAnswer> answers, int itemCount, int raterCount)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var (right, all) = (new int[raterCount], new int[raterCount]);
        var byItem = new List<KnownAnswer>[itemCount];
        for (var i = 0; i < itemCount; i++)
        {
            byItem[i] = [];
        }

        foreach (var answer in answers)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)answer.Item, (uint)itemCount, nameof(answers));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)answer.Rater, (uint)raterCount, nameof(answers));
            right[answer.Rater] += answer.Right ? 1 : 0;
            all[answer.Rater]++;
            byItem[answer.Item].Add(answer);
        }

        return [.. byItem.Select(item => Doubt(item, right, all))];
    }

    /// <summary>P(X ≥ k) of a binomial variable with n draws of probability p.</summary>
    public static double UpperTail(int k, int n, double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (k <= 0)
        {
            return 1;
        }

        if (k > n || p <= 0)
        {
            return 0;
        }

        if (p >= 1)
        {
            return 1;
        }

        // Each term from the one before it, in logarithms, so that large n do not underflow.
        var term = n * Math.Log(1 - p);
        var tail = 0.0;
        for (var x = 0; x <= n; x++)
        {
            tail += x >= k ? Math.Exp(term) : 0;
            term += Math.Log((double)(n - x) / (x + 1)) + Math.Log(p / (1 - p));
        }

        return Math.Min(1, tail);
    }

    private static ItemDoubt Doubt(List<KnownAnswer> item, int[] right, int[] all)
    {
        var (judged, missed, othersRight, others) = (0, 0, 0, 0);
        foreach (var answer in item)
        {
            var elsewhere = all[answer.Rater] - 1;
            var rightElsewhere = right[answer.Rater] - (answer.Right ? 1 : 0);
            if (elsewhere < FewestOthers || rightElsewhere < GoodFrom * elsewhere)
            {
                continue;
            }

            judged++;
            missed += answer.Right ? 0 : 1;
            (othersRight, others) = (othersRight + rightElsewhere, others + elsewhere);
        }

        if (judged == 0)
        {
            return new ItemDoubt(0, 0, 1, false);
        }

        // One miss is added: a spotless record is no proof that its owner never errs.
        var errorRate = (others - othersRight + 1.0) / (others + 2.0);
        var chance = UpperTail(missed, judged, errorRate);
        return new ItemDoubt(judged, missed, chance, missed >= FewestMisses && 2 * missed > judged && chance < Level);
    }
}
