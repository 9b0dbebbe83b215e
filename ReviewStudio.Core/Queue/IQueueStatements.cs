using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>The queue's statements that each database engine words in its own way.</summary>
public interface IQueueStatements
{
    /// <summary>
    /// Leases the best pending task among the heads of the given lanes in one atomic statement. Tasks whose case the
    /// reviewer already holds, judged or skipped are passed over.
    /// </summary>
    /// <returns>The task's key, or null when the lanes hold nothing for this reviewer.</returns>
    Task<long?> ClaimHeadAsync(StudioDbContext db, ClaimHead claim, CancellationToken cancellation);

    /// <summary>Writes new scores to cases and new ranks to their pending tasks, in the caller's transaction.</summary>
    Task ApplyScoresAsync(StudioDbContext db, IReadOnlyList<CaseScore> scores, IReadOnlyList<TaskRank> ranks, CancellationToken cancellation);
}

/// <summary>What a claim asks for.</summary>
/// <param name="LaneIds">The lanes that the reviewer serves; personal ones are listed apart.</param>
/// <param name="PersonalLaneIds">Lanes served before all others, whatever their ranks.</param>
/// <param name="ReviewerId">Who claims.</param>
/// <param name="Now">The instant of the claim.</param>
/// <param name="LeasedUntil">The end of the lease.</param>
public sealed record ClaimHead(
    IReadOnlyList<long> LaneIds, IReadOnlyList<long> PersonalLaneIds, long ReviewerId, DateTime Now, DateTime LeasedUntil);

/// <summary>A case's new prediction.</summary>
public readonly record struct CaseScore(long CaseId, long HeadId, byte[] Probabilities, double Uncertainty, double Severity);

/// <summary>A task's new rank; applied only while the task is pending or leased.</summary>
public readonly record struct TaskRank(long TaskId, double Rank);
