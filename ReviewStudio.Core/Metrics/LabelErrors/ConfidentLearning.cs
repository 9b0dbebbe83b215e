namespace ReviewStudio.Core.Metrics.LabelErrors;

/// <summary>Which examples are called suspects.</summary>
public enum SuspectRule
{
    /// <summary>Those off the diagonal of the confident joint: another label's probability clears that label's own mean.</summary>
    ConfidentJoint,

    /// <summary>For every pair of labels as many as the joint estimates, those with the greatest margin first.</summary>
    NoiseRate,
}

/// <summary>What the suspects are ordered by.</summary>
public enum SuspectOrder
{
    /// <summary>p(given label) − max p(another label), least first.</summary>
    NormalizedMargin,

    /// <summary>p(given label), least first.</summary>
    SelfConfidence,
}

/// <summary>
/// Finds labels that are probably wrong from probabilities that were predicted without having seen them
/// (Northcutt, Jiang, Chuang: Confident learning: estimating uncertainty in dataset labels, Journal of Artificial
/// Intelligence Research 70, 2021, sections 3.1 and 3.2).
/// </summary>
public static class ConfidentLearning
{
    /// <summary>
    /// The threshold of label j is the mean p_j over the examples that carry j. An example with label i is counted at (i, j)
    /// of the confident joint where j is the most probable of the labels that clear their thresholds; ties go to i.
    /// An example whose label is the most probable of all is never a suspect, whatever clears its threshold.
    /// </summary>
    /// <param name="labels">Given labels, 0 to C-1.</param>
    /// <param name="probabilities">Out-of-fold rows f64[C] that sum to 1, one for each example.</param>
    /// <param name="labelCount">Number of labels C.</param>
    /// <param name="rule">Which examples are suspects.</param>
    /// <param name="order">What they are ordered by.</param>
    /// <exception cref="ArgumentException">Lengths differ, a label is out of range, or a row is not C finite probabilities.</exception>
    public static LabelErrorReport Find(
        ReadOnlySpan<int> labels,
        IReadOnlyList<double[]> probabilities,
        int labelCount,
        SuspectRule rule = SuspectRule.NoiseRate,
        SuspectOrder order = SuspectOrder.NormalizedMargin)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        LabelArrays.CheckSameLength(labels.Length, probabilities.Count);
        LabelArrays.Check(labels, labelCount, nameof(labels));
        Check(probabilities, labelCount);
        var counts = new int[labelCount];
        var thresholds = Thresholds(labels, probabilities, counts);
        var confident = new int[labelCount, labelCount];
        var told = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            told[i] = Confident(labels[i], probabilities[i], thresholds);
            if (told[i] >= 0)
            {
                confident[labels[i], told[i]]++;
            }
        }

        var joint = Joint(confident, counts, labels.Length);
        var given = labels.ToArray();
        var suspects = rule == SuspectRule.ConfidentJoint
            ? Enumerable.Range(0, given.Length).Where(i => told[i] >= 0 && told[i] != given[i])
            : ByNoiseRate(labels, probabilities, joint);
        var ordered = suspects
            .Where(i => probabilities[i][given[i]] < probabilities[i].Max())
            .Select(i => new Suspect(i, given[i], Best(probabilities[i]), probabilities[i][given[i]], Margin(given[i], probabilities[i])))
            .OrderBy(s => order == SuspectOrder.SelfConfidence ? s.SelfConfidence : s.Margin).ThenBy(s => s.Margin).ThenBy(s => s.Example);
        return new([.. ordered], confident, joint, thresholds);
    }

    private static double[] Thresholds(ReadOnlySpan<int> labels, IReadOnlyList<double[]> probabilities, int[] counts)
    {
        var sums = new double[counts.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            counts[labels[i]]++;
            sums[labels[i]] += probabilities[i][labels[i]];
        }

        // A label that nobody carries has no threshold, and nothing is confidently it.
        for (var c = 0; c < sums.Length; c++)
        {
            sums[c] = counts[c] == 0 ? double.PositiveInfinity : sums[c] / counts[c];
        }

        return sums;
    }

    private static int Confident(int given, double[] row, double[] thresholds)
    {
        var best = row[given] >= thresholds[given] ? given : -1;
        for (var c = 0; c < row.Length; c++)
        {
            if (row[c] >= thresholds[c] && (best < 0 || row[c] > row[best]))
            {
                best = c;
            }
        }

        return best;
    }

    /// <summary>The confident joint with rows scaled to the labels' counts, and all to 1 (eq. 3).</summary>
    private static double[,] Joint(int[,] confident, int[] counts, int n)
    {
        var joint = new double[counts.Length, counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            double row = 0;
            for (var j = 0; j < counts.Length; j++)
            {
                row += confident[i, j];
            }

            for (var j = 0; j < counts.Length && counts[i] > 0; j++)
            {
                var share = row > 0 ? confident[i, j] / row : i == j ? 1 : 0;
                joint[i, j] = share * counts[i] / n;
            }
        }

        return joint;
    }

    private static List<int> ByNoiseRate(ReadOnlySpan<int> labels, IReadOnlyList<double[]> probabilities, double[,] joint)
    {
        var carriers = new List<int>[joint.GetLength(0)];
        for (var c = 0; c < carriers.Length; c++)
        {
            carriers[c] = [];
        }

        for (var i = 0; i < labels.Length; i++)
        {
            carriers[labels[i]].Add(i);
        }

        var suspects = new SortedSet<int>();
        for (var i = 0; i < carriers.Length; i++)
        {
            for (var j = 0; j < carriers.Length; j++)
            {
                var wanted = i == j ? 0 : (int)Math.Round(joint[i, j] * labels.Length);
                var (given, other) = (i, j);
                suspects.UnionWith(carriers[i]
                    .OrderByDescending(e => probabilities[e][other] - probabilities[e][given]).ThenBy(e => e).Take(wanted));
            }
        }

        return [.. suspects];
    }

    private static int Best(double[] row)
    {
        var best = 0;
        for (var c = 1; c < row.Length; c++)
        {
            best = row[c] > row[best] ? c : best;
        }

        return best;
    }

    private static double Margin(int given, double[] row)
    {
        double other = 0;
        for (var c = 0; c < row.Length; c++)
        {
            other = c == given ? other : Math.Max(other, row[c]);
        }

        return row[given] - other;
    }

    private static void Check(IReadOnlyList<double[]> probabilities, int labelCount)
    {
        for (var i = 0; i < probabilities.Count; i++)
        {
            if (probabilities[i].Length != labelCount || !probabilities[i].All(p => p is >= 0 and <= 1 + 1e-6))
            {
                throw new ArgumentException($"Row {i} is not {labelCount} probabilities between 0 and 1.", nameof(probabilities));
            }
        }
    }
}
