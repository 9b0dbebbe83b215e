namespace ReviewStudio.Core.Metrics.Aggregation;

/// <summary>
/// What a few verdicts on one item say about its label, given how each reviewer confuses labels: Bayes' rule with the
/// reviewers independent given the label, the E-step of Dawid and Skene (Applied Statistics 28, 1979).
/// </summary>
public static class LabelPosterior
{
    /// <summary>The posterior over labels, f64[C], summing to 1.</summary>
    /// <param name="prior">f64[C], each above 0.</param>
    /// <param name="confusions">For each verdict its reviewer's matrix: at [truth, given] the probability, above 0, of giving that label for that truth; f64[C, C].</param>
    /// <param name="labels">What each verdict says, 0 to C-1, in the order of <paramref name="confusions"/>.</param>
    /// <exception cref="ArgumentException">Sizes differ or a label is out of range.</exception>
    public static double[] Of(IReadOnlyList<double> prior, IReadOnlyList<double[,]> confusions, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(confusions);
        ArgumentNullException.ThrowIfNull(labels);
        if (confusions.Count != labels.Count)
        {
            throw new ArgumentException($"{labels.Count} verdicts need as many confusion matrices, not {confusions.Count}.", nameof(confusions));
        }

        // Logarithms: many verdicts on one item must not underflow.
        var posterior = prior.Select(p => Math.Log(p)).ToArray();
        for (var v = 0; v < labels.Count; v++)
        {
            if ((uint)labels[v] >= (uint)posterior.Length || confusions[v].GetLength(0) != posterior.Length || confusions[v].GetLength(1) != posterior.Length)
            {
                throw new ArgumentException($"Verdict {v} does not fit {posterior.Length} labels.", nameof(labels));
            }

            for (var truth = 0; truth < posterior.Length; truth++)
            {
                posterior[truth] += Math.Log(confusions[v][truth, labels[v]]);
            }
        }

        var most = posterior.Max();
        var sum = 0.0;
        for (var c = 0; c < posterior.Length; c++)
        {
            sum += posterior[c] = Math.Exp(posterior[c] - most);
        }

        return [.. posterior.Select(p => p / sum)];
    }

    /// <summary>A reviewer of whom little is known: right with the given probability, wrong evenly; f64[C, C].</summary>
    public static double[,] Uniform(int labelCount, double accuracy)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labelCount, 1);
        var matrix = new double[labelCount, labelCount];
        for (var truth = 0; truth < labelCount; truth++)
        {
            for (var given = 0; given < labelCount; given++)
            {
                matrix[truth, given] = labelCount == 1 ? 1 : truth == given ? accuracy : (1 - accuracy) / (labelCount - 1);
            }
        }

        return matrix;
    }

    /// <summary>
    /// Draws an estimated matrix towards an assumed one, as if the assumption were so many verdicts on each label:
    /// a short record neither convicts nor acquits.
    /// </summary>
    /// <param name="estimate">f64[C, C], rows sum to 1.</param>
    /// <param name="seen">Verdicts behind each row of the estimate, f64[C].</param>
    /// <param name="assumed">f64[C, C], rows sum to 1.</param>
    /// <param name="weight">Verdicts that the assumption counts for, above 0.</param>
    public static double[,] Shrink(double[,] estimate, IReadOnlyList<double> seen, double[,] assumed, double weight)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(assumed);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        var shrunk = new double[seen.Count, seen.Count];
        for (var truth = 0; truth < seen.Count; truth++)
        {
            for (var given = 0; given < seen.Count; given++)
            {
                shrunk[truth, given] = ((seen[truth] * estimate[truth, given]) + (weight * assumed[truth, given])) / (seen[truth] + weight);
            }
        }

        return shrunk;
    }
}
