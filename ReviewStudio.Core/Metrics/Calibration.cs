namespace ReviewStudio.Core.Metrics;

/// <summary>How far stated confidence is from observed accuracy.</summary>
public static class Calibration
{
    /// <summary>
    /// Expected calibration error of the top label: Σ_b (n_b / n)·|accuracy_b − confidence_b| over equal-width bins
    /// (Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks, ICML 2017, eq. 3). 0 to 1. It is biased
    /// upwards on small samples, by about the mean standard error of a bin.
    /// </summary>
    /// <param name="truth">True labels.</param>
    /// <param name="probabilities">Rows f32[C] that sum to 1.</param>
    /// <param name="bins">Number of bins over [0, 1]; bin b holds confidences in (b/B, (b+1)/B].</param>
    public static CalibrationReport TopLabel(ReadOnlySpan<int> truth, IReadOnlyList<float[]> probabilities, int bins = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        LabelArrays.CheckSameLength(truth.Length, probabilities.Count);
        var counts = new int[bins];
        var hits = new int[bins];
        var confidence = new double[bins];
        for (var i = 0; i < truth.Length; i++)
        {
            var top = LabelArrays.ArgMax(probabilities[i]);
            double p = probabilities[i][top];
            var bin = Math.Clamp((int)Math.Ceiling(p * bins) - 1, 0, bins - 1);
            counts[bin]++;
            confidence[bin] += p;
            hits[bin] += top == truth[i] ? 1 : 0;
        }

        double gap = 0;
        var filled = new List<CalibrationBin>();
        for (var b = 0; b < bins; b++)
        {
            if (counts[b] > 0)
            {
                gap += Math.Abs(hits[b] - confidence[b]);
                filled.Add(new((double)b / bins, (double)(b + 1) / bins, counts[b], confidence[b] / counts[b], (double)hits[b] / counts[b]));
            }
        }

        return new(Measure.Ratio(gap, truth.Length, "no examples"), filled);
    }
}

/// <summary>The calibration error and the points of the reliability diagram (empty bins left out).</summary>
public sealed record CalibrationReport(Measure Error, IReadOnlyList<CalibrationBin> Bins);

/// <summary>One bin of the reliability diagram.</summary>
/// <param name="From">Confidence above this.</param>
/// <param name="To">Confidence up to this.</param>
/// <param name="N">Examples in the bin.</param>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Accuracy">The share of them predicted right.</param>
public sealed record CalibrationBin(double From, double To, int N, double Confidence, double Accuracy);
