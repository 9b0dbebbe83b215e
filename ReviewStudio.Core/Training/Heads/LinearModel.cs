using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>Weights of a multinomial logistic regression over a feature space; a label that was not in the fit has none.</summary>
/// <param name="Weights">One row of column weights a label, or null for a label without examples.</param>
/// <param name="Bias">One a label.</param>
internal sealed record LinearModel(float[]?[] Weights, float[] Bias)
{
    /// <summary>
    /// The logit of a label without examples. The fitted logits of a row sum to about 0, so the greatest is not
    /// negative, and this is a probability below e^-12 that keeps log-loss finite.
    /// </summary>
    public const float AbsentLogit = -12;

    public double[] Logits(SparseVector row)
    {
        var logits = new double[Bias.Length];
        for (var k = 0; k < logits.Length; k++)
        {
            if (Weights[k] is not { } weights)
            {
                logits[k] = AbsentLogit;
                continue;
            }

            double sum = Bias[k];
            for (var i = 0; i < row.Indices.Length; i++)
            {
                sum += weights[row.Indices[i]] * row.Values[i];
            }

            logits[k] = sum;
        }

        return logits;
    }
}
