namespace ReviewStudio.Core.Metrics;

/// <summary>Intervals of a proportion, and the normal quantile they need.</summary>
public static class Proportion
{
    /// <summary>
    /// Wilson's score interval (Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927):
    /// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Null where <paramref name="n"/> is 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Counts are negative, hits exceed n, or the confidence is not in (0, 1).</exception>
    public static Interval? Wilson(int hits, int n, double confidence = 0.95) => WilsonOf(hits, n, confidence);

    /// <summary>The same for a sum of shares, each 0 to 1, in the place of hits: such a sum varies no more than hits do, so the interval errs on the wide side.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sum is negative or exceeds n, or the confidence is not in (0, 1).</exception>
    public static Interval? WilsonOf(double hits, int n, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, n + 1e-9, nameof(hits));
        if (n == 0)
        {
            return null;
        }

        var z = NormalQuantile(0.5 + (Confidence.Checked(confidence) / 2));
        double p = Math.Min(1, hits / n), zz = z * z / n;
        var half = z * Math.Sqrt((p * (1 - p) / n) + (zz / (4 * n)));
        return new(
            hits <= 0 ? 0 : Math.Max(0, (p + (zz / 2) - half) / (1 + zz)),
            hits >= n ? 1 : Math.Min(1, (p + (zz / 2) + half) / (1 + zz)),
            confidence);
    }

    /// <summary>
    /// The standard normal quantile: Newton steps on Φ(x) = ½ + φ(x)·Σ x^(2k+1)/(2k+1)!!
    /// (Abramowitz and Stegun, Handbook of mathematical functions, 26.2.11). Accurate to about 1e-12 for |x| below 5.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not in (0, 1).</exception>
    public static double NormalQuantile(double p)
    {
        Confidence.Checked(p);
        if (p < 0.5)
        {
            // The series loses digits on the left tail only.
            return -NormalQuantile(1 - p);
        }

        var x = Math.Min(5.5, Math.Log(p / (1 - p)) / 1.702);
        for (var step = 0; step < 60; step++)
        {
            var change = (NormalCumulative(x) - p) / Density(x);
            x -= Math.Clamp(change, -0.5, 0.5);
            if (Math.Abs(change) < 1e-13)
            {
                break;
            }
        }

        return x;
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    private static double NormalCumulative(double x)
    {
        double term = x, sum = x;
        for (var k = 1; k < 200 && Math.Abs(term) > 1e-17 * Math.Abs(sum); k++)
        {
            term *= x * x / ((2 * k) + 1);
            sum += term;
        }

        return 0.5 + (Density(x) * sum);
    }
}

internal static class Confidence
{
    public static double Checked(double level) => level is > 0 and < 1
        ? level
        : throw new ArgumentOutOfRangeException(nameof(level), level, "A probability level lies strictly between 0 and 1, such as 0.95.");
}
