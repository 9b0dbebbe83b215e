using ReviewStudio.Core.Datasets;

namespace ReviewStudio.Core.Training;

/// <summary>
/// How much each label counts where a head's confidence is calibrated. Cases that a head ranked to the front are harder
/// than the traffic and would make the next one too modest, so they count nothing; the audit sample counts by 1/π, and
/// labels from before any head ranked count once. Where too few are left, all count alike.
/// </summary>
internal static class CalibrationWeights
{
    /// <summary>Below this many unbiased labels, a biased temperature is better than one from so few.</summary>
    public const int Fewest = 100;

    /// <summary>One weight a row, in the order given.</summary>
    public static float[] Of(IReadOnlyList<ExampleRow> rows)
    {
        var weights = new float[rows.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = rows[i] switch
            {
                { InAuditSample: true, SamplingProbability: > 0 and var pi } => (float)(1 / pi),
                { RankedByHead: true } => 0,
                _ => 1,
            };
        }

        if (weights.Count(w => w > 0) < Fewest)
        {
            Array.Fill(weights, 1);
        }

        return weights;
    }
}
