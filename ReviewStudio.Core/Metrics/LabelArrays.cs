namespace ReviewStudio.Core.Metrics;

/// <summary>Checks shared by the metrics, and the step from probabilities to labels.</summary>
public static class LabelArrays
{
    /// <summary>The most probable label of each row; the first one on a tie.</summary>
    /// <exception cref="ArgumentException">A row is empty.</exception>
    public static int[] ArgMax(IReadOnlyList<float[]> probabilities)
    {
        var labels = new int[probabilities.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = ArgMax(probabilities[i]);
        }

        return labels;
    }

    /// <summary>The position of the greatest value; the first one on a tie.</summary>
    public static int ArgMax(ReadOnlySpan<float> row)
    {
        if (row.IsEmpty)
        {
            throw new ArgumentException("A row of probabilities is empty.", nameof(row));
        }

        var best = 0;
        for (var k = 1; k < row.Length; k++)
        {
            if (row[k] > row[best])
            {
                best = k;
            }
        }

        return best;
    }

    internal static void Check(ReadOnlySpan<int> labels, int labelCount, string name)
    {
        foreach (var label in labels)
        {
            if ((uint)label >= (uint)labelCount)
            {
                throw new ArgumentException($"Label {label} is outside 0 to {labelCount - 1}.", name);
            }
        }
    }

    internal static void CheckSameLength(int truth, int other)
    {
        if (truth != other)
        {
            throw new ArgumentException($"{truth} true labels do not match {other} predictions.", nameof(other));
        }
    }
}
