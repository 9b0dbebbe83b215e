namespace ReviewStudio.Core.Metrics;

/// <summary>Counts of true label against predicted label.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[] _counts;

    private ConfusionMatrix(int[] counts, int labelCount)
    {
        _counts = counts;
        LabelCount = labelCount;
        Total = counts.Sum();
    }

    /// <summary>Number of labels C; labels are 0 to C-1.</summary>
    public int LabelCount { get; }

    /// <summary>Number of examples.</summary>
    public int Total { get; }

    /// <summary>Examples whose true label is <paramref name="truth"/> and that were predicted <paramref name="predicted"/>.</summary>
    public int this[int truth, int predicted] => _counts[(truth * LabelCount) + predicted];

    /// <summary>Counts pairs of labels.</summary>
    /// <exception cref="ArgumentException">The lengths differ or a label is outside 0 to C-1.</exception>
    public static ConfusionMatrix Of(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int labelCount)
    {
        LabelArrays.Check(truth, labelCount, nameof(truth));
        LabelArrays.Check(predicted, labelCount, nameof(predicted));
        LabelArrays.CheckSameLength(truth.Length, predicted.Length);
        var counts = new int[labelCount * labelCount];
        for (var i = 0; i < truth.Length; i++)
        {
            counts[(truth[i] * labelCount) + predicted[i]]++;
        }

        return new(counts, labelCount);
    }

    /// <summary>Share of examples predicted right, 0 to 1.</summary>
    public Measure Accuracy()
    {
        var right = 0;
        for (var k = 0; k < LabelCount; k++)
        {
            right += this[k, k];
        }

        return Measure.Ratio(right, Total, "no examples");
    }

    /// <summary>Precision, recall and F1 of one label against all others.</summary>
    public LabelScore Score(int label)
    {
        int hit = this[label, label], predicted = 0, support = 0;
        for (var other = 0; other < LabelCount; other++)
        {
            predicted += this[other, label];
            support += this[label, other];
        }

        return new(
            Measure.Ratio(hit, predicted, "never predicted"),
            Measure.Ratio(hit, support, "no examples of this label"),
            Measure.Ratio(2.0 * hit, predicted + support, "neither predicted nor present"),
            hit,
            predicted,
            support);
    }

    /// <summary>
    /// Mean F1 over the labels that are present in the truth. A label that is only predicted lowers the others' recall
    /// and has no F1 of its own: with no true example, its F1 would measure nothing but its absence.
    /// </summary>
    public Measure MacroF1() => MacroF1Of(_counts, LabelCount) is { } value ? Measure.Of(value) : Measure.Undefined("no examples");

    /// <summary>Macro-F1 of a row-major C×C count table, or null where it is empty.</summary>
    internal static double? MacroF1Of(ReadOnlySpan<int> counts, int labelCount)
    {
        double sum = 0;
        var present = 0;
        for (var k = 0; k < labelCount; k++)
        {
            int predicted = 0, support = 0;
            for (var other = 0; other < labelCount; other++)
            {
                predicted += counts[(other * labelCount) + k];
                support += counts[(k * labelCount) + other];
            }

            if (support > 0)
            {
                present++;
                sum += 2.0 * counts[(k * labelCount) + k] / (predicted + support);
            }
        }

        return present == 0 ? null : sum / present;
    }
}

/// <summary>One label's scores; <c>F1 = 2·hits / (predicted + support)</c>.</summary>
/// <param name="Precision">Hits / predicted.</param>
/// <param name="Recall">Hits / support.</param>
/// <param name="F1">The harmonic mean of both.</param>
/// <param name="Hits">Examples of the label that were predicted as it.</param>
/// <param name="Predicted">Examples predicted as the label.</param>
/// <param name="Support">Examples whose true label it is.</param>
public sealed record LabelScore(Measure Precision, Measure Recall, Measure F1, int Hits, int Predicted, int Support);
