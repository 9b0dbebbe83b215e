namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>Agreement of many raters on names, corrected for guessing on items that are hard: steady where one label is rare.</summary>
public static class GwetAc1
{
    /// <summary>
    /// AC1 = (p_a − p_e) / (1 − p_e) with p_e = Σ_c π_c(1 − π_c) / (C − 1) (Gwet, Computing inter-rater reliability and its
    /// variance in the presence of high agreement, British Journal of Mathematical and Statistical Psychology 61, 2008;
    /// missing verdicts as in his Handbook of inter-rater reliability, 4th edition, 2014, chapter 5).
    /// C is the number of labels on offer, given or not.
    /// </summary>
    public static Coefficient Of(RatingTable table, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(table);
        var shares = new CategoryShares(table);
        if (shares.WhyNot is { } why)
        {
            return Coefficient.Undefined(table.PairableCount, why);
        }

        if (table.LabelCount < 2)
        {
            return Coefficient.Undefined(table.PairableCount, "Not defined: there is only one label, so nothing could be told apart.");
        }

        double chance = 0;
        var slope = new double[table.LabelCount];
        for (var c = 0; c < slope.Length; c++)
        {
            var share = shares.Shares[c];
            chance += share * (1 - share) / (slope.Length - 1);
            slope[c] = (1 - (2 * share)) / (slope.Length - 1);
        }

        return shares.Corrected(chance, slope, confidence);
    }
}
