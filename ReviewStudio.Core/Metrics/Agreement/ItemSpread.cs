using System.Globalization;

namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>
/// The interval that all measures of agreement share: items are a sample, raters are fixed. Each measure tells how much
/// every item moves it (its influence, to first order), so the standard error is √(n/(n−1)·Σ e_i²), the infinitesimal
/// jackknife (Efron and Tibshirani, An introduction to the bootstrap, 1993, chapter 21; where no verdict is missing it is, for κ
/// and AC1, the variance of Gwet, Computing inter-rater reliability and its variance in the presence of high agreement, British Journal of
/// Mathematical and Statistical Psychology 61, 2008). The ends lie symmetric on Fisher's scale artanh(value) with
/// Student's quantile: on the plain scale the interval covered too little close to 1. docs/agreement.md has the coverage.
/// </summary>
internal static class ItemSpread
{
    /// <summary>From this many items on the coverage was measured to be nominal.</summary>
    public const int EnoughItems = 200;

    /// <summary>Up to this share of the most frequent label.</summary>
    public const double LargestShare = 0.8;

    /// <summary>The result with its interval.</summary>
    /// <param name="value">The measure, finite.</param>
    /// <param name="squares">Σ e_i² over the items.</param>
    /// <param name="n">Items with two verdicts or more.</param>
    /// <param name="topShare">The share of the most frequent label, 0 to 1.</param>
    /// <param name="confidence">Nominal coverage in (0, 1).</param>
    public static Coefficient Finish(double value, double squares, int n, double topShare, double confidence)
    {
        Confidence.Checked(confidence);
        if (n < 2)
        {
            return new(value, null, n, null, "A single item tells nothing about the spread between items.");
        }

        var error = Math.Sqrt(squares * n / (n - 1.0));
        if (value >= 1 - 1e-12)
        {
            return new(value, null, n, null, "No disagreement was seen, so the spread cannot be estimated.");
        }

        if (!double.IsFinite(error) || error < 1e-12)
        {
            return new(value, null, n, null, "All items agree to the same degree, so the spread cannot be estimated.");
        }

        return new(value, Ends(value, error, n, confidence), n, null, Caution(n, topShare));
    }

    public static string? Caution(int n, double topShare)
    {
        if (n < EnoughItems)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The interval is not to be trusted: it rests on {n} items, and its coverage holds from {EnoughItems} on.");
        }

        // A share that is 0.8 in truth is seen above it half of the time.
        return topShare > LargestShare + 0.05
            ? string.Create(CultureInfo.InvariantCulture, $"The interval is not to be trusted: one label makes up {topShare:0%} of the verdicts, and its coverage holds up to {LargestShare:0%}.")
            : null;
    }

    /// <summary>
    /// Student's quantile by the expansion in 1/ν (Abramowitz and Stegun, Handbook of mathematical functions, 26.7.5);
    /// good to 1e-3 from 5 degrees of freedom on.
    /// </summary>
    public static double StudentQuantile(double p, int degrees)
    {
        double z = Proportion.NormalQuantile(p), z2 = z * z, v = degrees;
        var first = z * (z2 + 1) / 4;
        var second = z * ((((5 * z2) + 16) * z2) + 3) / 96;
        var third = z * ((((((3 * z2) + 19) * z2) + 17) * z2) - 15) / 384;
        var fourth = z * ((((((((79 * z2) + 776) * z2) + 1482) * z2) - 1920) * z2) - 945) / 92160;
        return z + ((first + ((second + ((third + (fourth / v)) / v)) / v)) / v);
    }

    private static Interval Ends(double value, double error, int n, double confidence)
    {
        var half = StudentQuantile(0.5 + (confidence / 2), n - 1) * error;
        if (value <= -1 + 1e-6)
        {
            // Weighted measures may fall below −1, where Fisher's scale ends.
            return new(value - half, Math.Min(1, value + half), confidence);
        }

        double centre = Math.Atanh(value), reach = half / (1 - (value * value));
        return new(Math.Tanh(centre - reach), Math.Tanh(centre + reach), confidence);
    }
}
