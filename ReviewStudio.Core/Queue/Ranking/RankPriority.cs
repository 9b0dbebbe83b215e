namespace ReviewStudio.Core.Queue.Ranking;

/// <summary>Weights of <c>priority = a·uncertainty + b·severity − c·arrival</c>.</summary>
/// <param name="Uncertainty">a: weight of the strategy's uncertainty, itself in [0, 1].</param>
/// <param name="Severity">b: weight of the expected severity, itself in [0, 1].</param>
/// <param name="Arrival">c: priority a day of age is worth. 0.1 lets a case that waits ten days longer overtake a full point of uncertainty.</param>
public sealed record RankWeights(double Uncertainty = 1, double Severity = 0, double Arrival = 0);

/// <summary>
/// Turns what is known about a case into its stored rank. Arrival enters as an absolute instant, not as an age, so
/// two cases keep their order as time passes and no rank needs rewriting.
/// </summary>
public static class RankPriority
{
    /// <summary>Arrival is counted in days from this instant.</summary>
    public static DateTime Epoch { get; } = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Days since 2020-01-01 UTC, with fractions.</summary>
    public static double ArrivalDays(DateTime arrivedUtc) => (arrivedUtc - Epoch).TotalDays;

    /// <summary>a·uncertainty + b·severity − c·arrival; greater is served first.</summary>
    public static double Priority(RankWeights weights, double uncertainty, double severity, DateTime arrivedUtc) =>
        (weights.Uncertainty * uncertainty) + (weights.Severity * severity) - (weights.Arrival * ArrivalDays(arrivedUtc));

    /// <summary>The stored rank, −priority: lanes are read in ascending order.</summary>
    public static double Rank(RankWeights weights, double uncertainty, double severity, DateTime arrivedUtc) =>
        -Priority(weights, uncertainty, severity, arrivedUtc);

    /// <summary>Σ_k p_k·severity_k / the greatest severity: the expected harm in [0, 1]; 0 where no label is severe or no head serves.</summary>
    /// <param name="probabilities">f32[C] or empty.</param>
    /// <param name="severities">One non-negative severity a label, in the same order.</param>
    public static double ExpectedSeverity(ReadOnlySpan<float> probabilities, ReadOnlySpan<double> severities)
    {
        double expected = 0, greatest = 0;
        for (var k = 0; k < severities.Length; k++)
        {
            greatest = Math.Max(greatest, severities[k]);
            expected += k < probabilities.Length ? probabilities[k] * severities[k] : 0;
        }

        return greatest <= 0 ? 0 : Math.Clamp(expected / greatest, 0, 1);
    }
}
