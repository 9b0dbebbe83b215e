using ReviewStudio.Core.Queue.Ranking;

namespace ReviewStudio.Core.Queue;

/// <summary>The stored ranks of tasks, from their queue's weights.</summary>
public static class Ranks
{
    /// <summary>
    /// The rank of a case's task. Audit tasks take a uniform number in the place of uncertainty and an average severity:
    /// they turn up evenly among the others, and their place tells the reviewer nothing.
    /// </summary>
    /// <param name="uncertainty">By the queue's strategy, in 0..1.</param>
    /// <param name="severity">Expected severity in 0..1.</param>
    public static double ForTask(ReviewQueue queue, ReviewCase reviewCase, TaskPurpose purpose, double uncertainty, double severity)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(reviewCase);
        if (purpose == TaskPurpose.Audit)
        {
            // Given membership (draw < π), draw ÷ π is uniform in [0, 1) again.
            uncertainty = reviewCase.AuditProbability > 0 ? reviewCase.AuditDraw / reviewCase.AuditProbability : reviewCase.AuditDraw;
            severity = 0.5;
        }

        var weights = new RankWeights(queue.UncertaintyWeight, queue.SeverityWeight, queue.ArrivalWeight);
        return RankPriority.Rank(weights, uncertainty, severity, reviewCase.ArrivedAt);
    }
}
