namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>How much a disagreement counts.</summary>
public enum KappaWeights
{
    /// <summary>Each as much as any other.</summary>
    None,

    /// <summary>By the number of steps between the labels.</summary>
    Linear,

    /// <summary>By its square.</summary>
    Quadratic,
}

/// <summary>Agreement of two raters, each with habits of their own; its mean over pairs for more raters.</summary>
public static class CohenKappa
{
    /// <summary>
    /// κ = 1 − Σ w_ij·o_ij / Σ w_ij·p_i·q_j over the items that both judged, with the shares o of label pairs and p, q of each
    /// rater's labels (Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20,
    /// 1960; weighted: Psychological Bulletin 70, 1968). w is 0 or 1, |i − j|, or (i − j)².
    /// </summary>
    /// <param name="first">One rater's labels, 0 to C-1; negative where they gave none.</param>
    /// <param name="second">The other's, in the same order of items.</param>
    /// <param name="labelCount">Number of labels C.</param>
    /// <param name="weights">How much a disagreement counts.</param>
    /// <param name="confidence">Nominal coverage of the interval, in (0, 1).</param>
    /// <exception cref="ArgumentException">The lengths differ or a label is C or more.</exception>
    public static Coefficient Of(
        ReadOnlySpan<int> first, ReadOnlySpan<int> second, int labelCount, KappaWeights weights = KappaWeights.None, double confidence = 0.95)
    {
        LabelArrays.CheckSameLength(first.Length, second.Length);
        var pair = new PairCounts(labelCount);
        for (var i = 0; i < first.Length; i++)
        {
            if (first[i] >= labelCount || second[i] >= labelCount)
            {
                throw new ArgumentException($"Label {Math.Max(first[i], second[i])} is outside 0 to {labelCount - 1}.", nameof(first));
            }

            if (first[i] >= 0 && second[i] >= 0)
            {
                pair.Add(first[i], second[i], weights);
            }
        }

        if (pair.WhyNot(weights) is { } why)
        {
            return Coefficient.Undefined(pair.N, why);
        }

        pair.Settle(weights);
        double squares = 0;
        for (var i = 0; i < first.Length; i++)
        {
            if (first[i] >= 0 && second[i] >= 0)
            {
                var influence = pair.Influence(first[i], second[i], weights);
                squares += influence * influence;
            }
        }

        return ItemSpread.Finish(pair.Kappa, squares, pair.N, pair.TopShare, confidence);
    }

    /// <summary>
    /// The mean of Cohen's κ over all pairs of raters who share an item and whose κ is defined (Light, Measures of response
    /// agreement for qualitative data, Psychological Bulletin 76, 1971). Every pair counts the same.
    /// </summary>
    /// <param name="table">The verdicts; labels in their order where weights are used.</param>
    /// <param name="weights">How much a disagreement counts.</param>
    /// <param name="confidence">Nominal coverage of the interval, in (0, 1).</param>
    public static Coefficient Mean(RatingTable table, KappaWeights weights = KappaWeights.None, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (CategoryShares.WhyNoPairs(table) is { } why)
        {
            return Coefficient.Undefined(table.PairableCount, why);
        }

        var all = RaterPairs.Count(table, weights);
        var pairs = all.Values.Where(p => p.WhyNot(weights) is null).ToList();
        if (pairs.Count == 0)
        {
            return Coefficient.Undefined(table.PairableCount, "Not defined: in no pair of raters was more than one label given, so chance alone explains all agreement.");
        }

        pairs.ForEach(p => p.Settle(weights));
        var squares = RaterPairs.Squares(table, all, weights, pairs.Count);
        var shares = new CategoryShares(table);
        var result = ItemSpread.Finish(pairs.Average(p => p.Kappa), squares, table.PairableCount, shares.TopShare, confidence);
        return result is { Caution: null, Interval: not null } && pairs.Average(p => p.N) < FewestShared
            ? result with { Caution = $"The interval is not to be trusted: two raters share {pairs.Average(p => p.N):0} items on average, and its coverage holds from {FewestShared} on." }
            : result;
    }

    /// <summary>Items that two raters share on average, from which on the coverage of the mean was measured to be nominal.</summary>
    private const int FewestShared = 90;
}
