using ReviewStudio.Core.Queue.Ranking;

namespace ReviewStudio.Core.Queue;

/// <summary>The stored ranks of tasks, from their queue's weights.</summary>
public static class Ranks
{
    /// <summary>The ranks of a case's tasks of each kind.</summary>
    public static CaseRank ForCase(ReviewQueue queue, ReviewCase reviewCase, double uncertainty, double severity)
    {
        ArgumentNullException.ThrowIfNull(reviewCase);
        return new CaseRank(
            reviewCase.Id,
            ForTask(queue, reviewCase, TaskPurpose.Review, uncertainty, severity),
            ForTask(queue, reviewCase, TaskPurpose.Audit, uncertainty, severity),
            ForTask(queue, reviewCase, TaskPurpose.SecondLook, uncertainty, severity));
    }

    /// <summary>
    /// The rank of a case's task. Audit tasks take a uniform number in the place of uncertainty and an average severity:
    /// they turn up evenly among the others, and their place tells the reviewer nothing. Of near-duplicates, the k-th after
    /// the first has 1/(k + 1) of what it would have by itself: they do not follow one another at the head of a lane, and
    /// at worst stand where a case of no uncertainty and no severity does.
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
        else if (purpose == TaskPurpose.Review)
        {
            uncertainty *= Share(reviewCase.LikeOrdinal);
            severity *= Share(reviewCase.LikeOrdinal);
        }

        var weights = new RankWeights(queue.UncertaintyWeight, queue.SeverityWeight, queue.ArrivalWeight);
        return RankPriority.Rank(weights, uncertainty, severity, reviewCase.ArrivedAt);
    }

    /// <summary>The rank of a review task after its case got another number among near-duplicates, whatever it was ranked by.</summary>
    /// <param name="rank">Its rank so far.</param>
    /// <param name="before">The number so far.</param>
    internal static double Renumbered(ReviewQueue queue, ReviewCase reviewCase, double rank, int before)
    {
        var waited = RankPriority.Rank(new RankWeights(0, 0, queue.ArrivalWeight), 0, 0, reviewCase.ArrivedAt);
        return waited + ((rank - waited) / Share(before) * Share(reviewCase.LikeOrdinal));
    }

    private static double Share(int ordinal) => 1.0 / (1 + ordinal);
}
