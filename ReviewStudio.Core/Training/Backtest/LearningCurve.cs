namespace ReviewStudio.Core.Training.Backtest;

/// <summary>Score against labels spent: the arithmetic of curves, apart from where they come from.</summary>
/// <param name="Labels">Labels spent, strictly ascending.</param>
/// <param name="Scores">One score a point.</param>
public sealed record LearningCurve(IReadOnlyList<int> Labels, IReadOnlyList<double> Scores)
{
    /// <summary>The mean of curves over the same labels.</summary>
    /// <exception cref="ArgumentException">There is no curve, or their labels differ.</exception>
    public static LearningCurve Mean(IReadOnlyList<LearningCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count == 0 || curves.Any(c => !c.Labels.SequenceEqual(curves[0].Labels)))
        {
            throw new ArgumentException("A mean needs curves over the same labels.", nameof(curves));
        }

        return new(curves[0].Labels, [.. curves[0].Labels.Select((_, i) => curves.Average(c => c.Scores[i]))]);
    }

    /// <summary>The fewest labels at which a point reaches the score; null where none does.</summary>
    public int? LabelsToReach(double score)
    {
        for (var i = 0; i < Labels.Count; i++)
        {
            if (Scores[i] >= score)
            {
                return Labels[i];
            }
        }

        return null;
    }

    /// <summary>
    /// The area between this curve and another over the same labels, by the trapezoid rule, divided by the width: the
    /// mean height of this one above the other, in the score's unit. With a single point, the difference there.
    /// </summary>
    /// <exception cref="ArgumentException">The labels differ, or there are none.</exception>
    public double AreaAbove(LearningCurve other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Labels.Count == 0 || !Labels.SequenceEqual(other.Labels))
        {
            throw new ArgumentException("An area needs two curves over the same labels.", nameof(other));
        }

        if (Labels.Count == 1)
        {
            return Scores[0] - other.Scores[0];
        }

        double area = 0;
        for (var i = 1; i < Labels.Count; i++)
        {
            var (left, right) = (Scores[i - 1] - other.Scores[i - 1], Scores[i] - other.Scores[i]);
            area += (left + right) / 2 * (Labels[i] - Labels[i - 1]);
        }

        return area / (Labels[^1] - Labels[0]);
    }
}
