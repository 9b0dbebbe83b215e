namespace ReviewStudio.Core.Metrics;

/// <summary>Proper scores of predicted probabilities. Rows are f32[C] and sum to 1.</summary>
public static class ProbabilityScores
{
    private const double SmallestProbability = 1e-15;

    /// <summary>Mean of −ln p(true label), in nats; a probability below 1e-15 counts as 1e-15, so that the score stays finite.</summary>
    public static Measure LogLoss(ReadOnlySpan<int> truth, IReadOnlyList<float[]> probabilities)
    {
        LabelArrays.CheckSameLength(truth.Length, probabilities.Count);
        double sum = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            sum -= Math.Log(Math.Clamp(probabilities[i][truth[i]], SmallestProbability, 1));
        }

        return Measure.Ratio(sum, truth.Length, "no examples");
    }

    /// <summary>
    /// Mean over the examples of Σ_k (p_k − y_k)², 0 to 2 (Brier, Verification of forecasts expressed in terms of
    /// probability, Monthly Weather Review 78, 1950: the multi-class form).
    /// </summary>
    public static Measure Brier(ReadOnlySpan<int> truth, IReadOnlyList<float[]> probabilities)
    {
        LabelArrays.CheckSameLength(truth.Length, probabilities.Count);
        double sum = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            for (var k = 0; k < probabilities[i].Length; k++)
            {
                var error = probabilities[i][k] - (k == truth[i] ? 1.0 : 0.0);
                sum += error * error;
            }
        }

        return Measure.Ratio(sum, truth.Length, "no examples");
    }
}
