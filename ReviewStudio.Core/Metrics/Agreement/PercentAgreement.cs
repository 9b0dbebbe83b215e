namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>How often two raters of an item say the same, not corrected for chance.</summary>
public static class PercentAgreement
{
    /// <summary>
    /// The mean over the items with two verdicts or more of the share of agreeing pairs,
    /// Σ_c n_ic(n_ic − 1) / r_i(r_i − 1), 0 to 1 (Fleiss, Measuring nominal scale agreement among many raters,
    /// Psychological Bulletin 76, 1971, eq. 2).
    /// </summary>
    public static Coefficient Of(RatingTable table, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(table);
        var shares = new CategoryShares(table);
        return shares.WhyNot is { } why
            ? Coefficient.Undefined(table.PairableCount, why)
            : shares.Corrected(chance: 0, slope: new double[table.LabelCount], confidence) switch
            {
                { Interval: { Lower: < 0 } ends } low => low with { Interval = ends with { Lower = 0 } },
                var result => result,
            };
    }
}
