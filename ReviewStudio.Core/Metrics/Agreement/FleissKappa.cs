namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>Agreement of many raters on names, corrected for the shares of the labels.</summary>
public static class FleissKappa
{
    /// <summary>
    /// κ = (p_a − p_e) / (1 − p_e) with p_e = Σ_c π_c² (Fleiss, Measuring nominal scale agreement among many raters,
    /// Psychological Bulletin 76, 1971). With unequal numbers of raters p_a is the mean over the items with two verdicts or
    /// more and π_c the mean share of the label over all items with a verdict (Gwet, Handbook of inter-rater reliability,
    /// 4th edition, 2014, chapter 5), which with equal numbers is Fleiss' own.
    /// </summary>
    public static Coefficient Of(RatingTable table, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(table);
        var shares = new CategoryShares(table);
        if (shares.WhyNot is { } why)
        {
            return Coefficient.Undefined(table.PairableCount, why);
        }

        if (shares.Used < 2)
        {
            return Coefficient.Undefined(table.PairableCount, "Not defined: only one label was ever given, so chance alone explains all agreement.");
        }

        double chance = 0;
        var slope = new double[table.LabelCount];
        for (var c = 0; c < slope.Length; c++)
        {
            chance += shares.Shares[c] * shares.Shares[c];
            slope[c] = 2 * shares.Shares[c];
        }

        return shares.Corrected(chance, slope, confidence);
    }
}
