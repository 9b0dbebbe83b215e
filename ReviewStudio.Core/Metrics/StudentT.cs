namespace ReviewStudio.Core.Metrics;

/// <summary>Student's t distribution with whole degrees of freedom, and the interval of a mean that rests on it.</summary>
public static class StudentT
{
    /// <summary>
    /// The interval of the mean of a few independent values: mean ± t·s/√n with n − 1 degrees of freedom. Null for fewer
    /// than two values, whose spread is unknown.
    /// </summary>
    /// <param name="values">Finite values.</param>
    /// <param name="confidence">Two-sided, in (0, 1).</param>
    public static Interval? OfMean(IReadOnlyList<double> values, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        var t = values.Count < 2 ? 0 : Quantile(0.5 + (Confidence.Checked(confidence) / 2), values.Count - 1);
        if (values.Count < 2)
        {
            return null;
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        var half = t * deviation / Math.Sqrt(values.Count);
        return new(mean - half, mean + half, confidence);
    }

    /// <summary>The value below which a share of <paramref name="p"/> lies; by bisection, to about 1e-10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not in (0, 1), or there is no degree of freedom.</exception>
    public static double Quantile(double p, int degrees)
    {
        Confidence.Checked(p);
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        if (p < 0.5)
        {
            return -Quantile(1 - p, degrees);
        }

        double low = 0, high = 1;
        while (Cumulative(high, degrees) < p)
        {
            high *= 2;
        }

        while (high - low > 1e-11 * Math.Max(1, high))
        {
            var middle = (low + high) / 2;
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = Cumulative(middle, degrees) < p ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>
    /// The distribution function for t ≥ 0, by the finite sums for whole degrees of freedom
    /// (Abramowitz and Stegun, Handbook of mathematical functions, 26.7.3 and 26.7.4).
    /// </summary>
    private static double Cumulative(double t, int degrees)
    {
        var theta = Math.Atan(t / Math.Sqrt(degrees));
        double cos = Math.Cos(theta), sin = Math.Sin(theta), square = cos * cos;
        var odd = degrees % 2 == 1;
        var term = odd ? cos : 1;
        var sum = degrees == 1 ? 0 : term;
        for (var k = odd ? 3 : 2; k <= degrees - 2; k += 2)
        {
            term *= square * (k - 1) / k;
            sum += term;
        }

        var both = odd ? 2 / Math.PI * (theta + (sin * sum)) : sin * sum;
        return 0.5 + (both / 2);
    }
}
