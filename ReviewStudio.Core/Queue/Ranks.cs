namespace ReviewStudio.Core.Queue;

/// <summary>
/// Rank = −(a·uncertainty + b·severity − c·arrival). Arrival enters as a constant of the case and not as a growing age,
/// which orders the same and never needs rewriting: all cases age at the same rate.
/// </summary>
public static class Ranks
{
    private static readonly DateTime Epoch = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <param name="uncertainty">In 0..1.</param>
    /// <param name="severity">Expected severity in 0..1.</param>
    /// <param name="arrivedAt">When the case arrived, UTC; counted in days since 2020-01-01.</param>
    /// <returns>The stored rank: the smallest is served first.</returns>
    public static double Rank(ReviewQueue queue, double uncertainty, double severity, DateTime arrivedAt)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var days = (arrivedAt - Epoch).TotalDays;
        return -((queue.UncertaintyWeight * uncertainty) + (queue.SeverityWeight * severity) - (queue.ArrivalWeight * days));
    }

    /// <summary>
    /// The rank of a case's task. Audit tasks take a uniform number in the place of uncertainty and an average severity:
    /// they turn up evenly among the others, and their place tells the reviewer nothing.
    /// </summary>
    public static double ForTask(ReviewQueue queue, TaskPurpose purpose, double uncertainty, double severity, DateTime arrivedAt, double draw, double pi)
    {
        if (purpose != TaskPurpose.Audit)
        {
            return Rank(queue, uncertainty, severity, arrivedAt);
        }

        // Given membership (draw < π), draw ÷ π is uniform in [0, 1) again.
        return Rank(queue, pi > 0 ? draw / pi : draw, 0.5, arrivedAt);
    }
}
