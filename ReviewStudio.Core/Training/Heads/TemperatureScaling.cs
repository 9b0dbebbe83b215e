namespace ReviewStudio.Core.Training.Heads;

/// <summary>
/// Divides logits by one number that minimises the log-loss of held-out predictions (Guo et al., ICML 2017, §4.2).
/// One number cannot change which label is most likely, so that class-balanced decisions survive calibration.
/// </summary>
internal static class TemperatureScaling
{
    private const double Coldest = 0.1, Hottest = 10;

    /// <summary>The best temperature in [0.1, 10] by golden-section search on its logarithm; the loss is convex in 1/T.</summary>
    public static double Fit(IReadOnlyList<(double[] Logits, int Label, double Weight)> heldOut)
    {
        if (heldOut.Sum(h => h.Weight) <= 0)
        {
            return 1;
        }

        double Loss(double logTemperature)
        {
            var temperature = Math.Exp(logTemperature);
            return heldOut.Sum(h => h.Weight * -LogProbability(h.Logits, h.Label, temperature));
        }

        var ratio = (Math.Sqrt(5) - 1) / 2;
        double low = Math.Log(Coldest), high = Math.Log(Hottest);
        double left = high - (ratio * (high - low)), right = low + (ratio * (high - low));
        double leftLoss = Loss(left), rightLoss = Loss(right);
        while (high - low > 1e-4)
        {
            if (leftLoss <= rightLoss)
            {
                (high, right, rightLoss) = (right, left, leftLoss);
                left = high - (ratio * (high - low));
                leftLoss = Loss(left);
            }
            else
            {
                (low, left, leftLoss) = (left, right, rightLoss);
                right = low + (ratio * (high - low));
                rightLoss = Loss(right);
            }
        }

        return Math.Exp((low + high) / 2);
    }

    /// <summary>Softmax of logits / temperature.</summary>
    public static float[] Softmax(ReadOnlySpan<double> logits, double temperature)
    {
        var greatest = Greatest(logits);
        var result = new float[logits.Length];
        double sum = 0;
        foreach (var logit in logits)
        {
            sum += Math.Exp((logit - greatest) / temperature);
        }

        for (var k = 0; k < result.Length; k++)
        {
            result[k] = (float)(Math.Exp((logits[k] - greatest) / temperature) / sum);
        }

        return result;
    }

    /// <summary>ln of the probability of one label.</summary>
    public static double LogProbability(ReadOnlySpan<double> logits, int label, double temperature)
    {
        var greatest = Greatest(logits);
        double sum = 0;
        foreach (var logit in logits)
        {
            sum += Math.Exp((logit - greatest) / temperature);
        }

        return ((logits[label] - greatest) / temperature) - Math.Log(sum);
    }

    private static double Greatest(ReadOnlySpan<double> logits)
    {
        var greatest = logits[0];
        foreach (var logit in logits)
        {
            greatest = Math.Max(greatest, logit);
        }

        return greatest;
    }
}
