namespace ReviewStudio.Core.Metrics.Aggregation;

/// <summary>One label an item, made of several verdicts.</summary>
public sealed class AggregatedLabels
{
    internal AggregatedLabels(int labelCount, int[] labels, bool[] tied, double[] posteriors) =>
        (LabelCount, Labels, Tied, Posteriors) = (labelCount, labels, tied, posteriors);

    /// <summary>Number of labels C.</summary>
    public int LabelCount { get; }

    /// <summary>The label of each item, 0 to C-1; -1 where it has no verdict.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>Whether another label had as much for it.</summary>
    public IReadOnlyList<bool> Tied { get; }

    /// <summary>Row-major f64[items, C]; each row sums to 1.</summary>
    private double[] Posteriors { get; }

    /// <summary>How much speaks for each label of an item, f64[C] that sums to 1: shares of votes, or probabilities.</summary>
    public ReadOnlySpan<double> Of(int item) => Posteriors.AsSpan(item * LabelCount, LabelCount);

    /// <summary>How much speaks for the item's own label, 0 to 1; 0 where it has none.</summary>
    public double Confidence(int item) => Labels[item] < 0 ? 0 : Of(item)[Labels[item]];

    /// <summary>The share of items with a label and a truth on which both are the same.</summary>
    /// <param name="truth">True labels, 0 to C-1; negative where unknown.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public Measure Accuracy(ReadOnlySpan<int> truth)
    {
        LabelArrays.CheckSameLength(truth.Length, Labels.Count);
        int right = 0, n = 0;
        for (var item = 0; item < truth.Length; item++)
        {
            if (truth[item] >= 0 && Labels[item] >= 0)
            {
                n++;
                right += truth[item] == Labels[item] ? 1 : 0;
            }
        }

        return Measure.Ratio(right, n, "no item has both a truth and a verdict");
    }
}
