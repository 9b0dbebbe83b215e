namespace ReviewStudio.Core.Metrics;

/// <summary>Whether a share moves with time.</summary>
public static class TrendTest
{
    /// <summary>
    /// The two-sided p-value of the Cochran-Armitage test for a linear trend in proportions (Armitage, Tests for linear
    /// trends in proportions and frequencies, Biometrics 11, 1955): z = Σ t_i(h_i − n_i·p) / √(p(1−p)·(Σ n_i·t_i² − (Σ n_i·t_i)²/N)).
    /// </summary>
    /// <param name="hits">Hits of each period.</param>
    /// <param name="counts">Trials of each period, in the same order.</param>
    /// <returns>p in 0..1; null with fewer than two periods that have trials, or where all or none are hits.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double? CochranArmitage(IReadOnlyList<int> hits, IReadOnlyList<int> counts)
    {
        ArgumentNullException.ThrowIfNull(hits);
        ArgumentNullException.ThrowIfNull(counts);
        if (hits.Count != counts.Count)
        {
            throw new ArgumentException($"{hits.Count} hits and {counts.Count} counts do not make periods.", nameof(hits));
        }

        double total = counts.Sum(), hit = hits.Sum();
        if (counts.Count(n => n > 0) < 2 || hit == 0 || hit == total)
        {
            return null;
        }

        double p = hit / total, moved = 0, weighted = 0, squares = 0;
        for (var t = 0; t < hits.Count; t++)
        {
            moved += t * (hits[t] - (counts[t] * p));
            weighted += (double)counts[t] * t;
            squares += (double)counts[t] * t * t;
        }

        var variance = p * (1 - p) * (squares - (weighted * weighted / total));
        return variance <= 0 ? null : 2 * (1 - NormalCdf(Math.Abs(moved) / Math.Sqrt(variance)));
    }

    /// <summary>Φ(x) by the series of <see cref="Proportion.NormalQuantile"/> for |x| below 6, beyond which it is 0 or 1 to 1e-9.</summary>
    public static double NormalCdf(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return x > 0 ? 1 : 0;
        }

        double term = x, sum = x;
        for (var k = 1; k < 200 && Math.Abs(term) > 1e-17; k++)
        {
            term *= x * x / ((2 * k) + 1);
            sum += term;
        }

        return Math.Clamp(0.5 + (Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * sum), 0, 1);
    }
}
