namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>
/// What percent agreement, Fleiss' κ and AC1 have in common, with raters missing at will (Gwet, Handbook of inter-rater
/// reliability, 4th edition, 2014, chapters 2 and 5): the agreement a_i = Σ_c n_ic(n_ic − 1) / r_i(r_i − 1) of an item with
/// r_i ≥ 2 verdicts, its mean p_a, and the shares π_c = mean over all items with a verdict of n_ic / r_i.
/// </summary>
internal sealed class CategoryShares
{
    private readonly RatingTable _table;

    public CategoryShares(RatingTable table)
    {
        _table = table;
        Shares = new double[table.LabelCount];
        var used = new bool[table.LabelCount];
        for (var item = 0; item < table.ItemCount; item++)
        {
            var verdicts = table.Verdicts(item);
            if (verdicts == 0)
            {
                continue;
            }

            Judged++;
            var labels = table.CellLabels(item);
            var counts = table.CellCounts(item);
            for (var k = 0; k < labels.Length; k++)
            {
                Shares[labels[k]] += (double)counts[k] / verdicts;
                used[labels[k]] = true;
            }

            Observed += verdicts >= 2 ? AgreementOf(item) : 0;
        }

        for (var c = 0; c < Shares.Length; c++)
        {
            Shares[c] /= Math.Max(1, Judged);
            Used += used[c] ? 1 : 0;
        }

        Observed /= Math.Max(1, table.PairableCount);
    }

    /// <summary>p_a.</summary>
    public double Observed { get; }

    /// <summary>π_c.</summary>
    public double[] Shares { get; }

    /// <summary>Items with a verdict.</summary>
    public int Judged { get; }

    /// <summary>Labels that were given at all.</summary>
    public int Used { get; }

    public double TopShare => Shares.Length == 0 ? 0 : Shares.Max();

    /// <summary>Why none of these measures is defined; null where they may be.</summary>
    public string? WhyNot => WhyNoPairs(_table);

    public static string? WhyNoPairs(RatingTable table)
    {
        if (table.VerdictCount == 0)
        {
            return "Not defined: there are no verdicts.";
        }

        return table.PairableCount == 0 ? "Not defined: no item was judged by two raters." : null;
    }

    /// <summary>a_i of an item with two verdicts or more.</summary>
    public double AgreementOf(int item)
    {
        double same = 0, verdicts = _table.Verdicts(item);
        foreach (var count in _table.CellCounts(item))
        {
            same += (double)count * (count - 1);
        }

        return same / (verdicts * (verdicts - 1));
    }

    /// <summary>
    /// The chance-corrected measure (p_a − p_e) / (1 − p_e) with its interval, from p_e and its slope ∂p_e/∂π_c.
    /// </summary>
    public Coefficient Corrected(double chance, double[] slope, double confidence)
    {
        double mean = 0, beyond = 1 - chance, off = 1 - Observed;
        for (var c = 0; c < slope.Length; c++)
        {
            mean += slope[c] * Shares[c];
        }

        double squares = 0;
        for (var item = 0; item < _table.ItemCount; item++)
        {
            var verdicts = _table.Verdicts(item);
            if (verdicts == 0)
            {
                continue;
            }

            double own = 0;
            var labels = _table.CellLabels(item);
            var counts = _table.CellCounts(item);
            for (var k = 0; k < labels.Length; k++)
            {
                own += slope[labels[k]] * counts[k] / verdicts;
            }

            var agreement = verdicts >= 2 ? (AgreementOf(item) - Observed) / _table.PairableCount : 0;
            var influence = (agreement / beyond) - (off / (beyond * beyond) * (own - mean) / Judged);
            squares += influence * influence;
        }

        return ItemSpread.Finish(1 - (off / beyond), squares, _table.PairableCount, TopShare, confidence);
    }
}
