using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>The queue's statements that each database engine words in its own way.</summary>
public interface IQueueStatements
{
    /// <summary>
    /// Leases the best pending task among the heads of the given lanes in one atomic statement. Tasks whose case the
    /// reviewer already holds, judged or skipped are passed over.
    /// </summary>
    /// <returns>The task, or null when the lanes hold nothing for this reviewer or are no longer what is known of them.</returns>
    Task<ClaimedHead?> ClaimHeadAsync(StudioDbContext db, ClaimHead claim, CancellationToken cancellation);

    /// <summary>Writes new predictions to cases, in the caller's transaction; they wait for no first look any more.</summary>
    Task ApplyScoresAsync(StudioDbContext db, IReadOnlyList<CaseScore> scores, CancellationToken cancellation);

    /// <summary>
    /// Writes new ranks to the pending and leased tasks of cases, in the caller's transaction. Tasks that have theirs already
    /// are not written, so that repeating it costs little.
    /// </summary>
    /// <returns>Tasks that moved.</returns>
    Task<int> ApplyRanksAsync(StudioDbContext db, IReadOnlyList<CaseRank> ranks, CancellationToken cancellation);

    /// <summary>
    /// Most tasks to rank in one transaction: what is held longer than a few milliseconds, or hides the head of a lane from
    /// claims, keeps reviewers waiting.
    /// </summary>
    int RankedAtOnce { get; }

    /// <summary>Shares scores out over transactions, each short enough that reviewers get in between.</summary>
    IEnumerable<IReadOnlyList<CaseScore>> Shares(IReadOnlyList<CaseScore> scores);
}

/// <summary>What a claim asks for.</summary>
/// <param name="LaneIds">The lanes that the reviewer serves; personal ones are listed apart.</param>
/// <param name="PersonalLaneIds">Lanes served before all others, whatever their ranks.</param>
/// <param name="ReviewerId">Who claims.</param>
/// <param name="Now">The instant of the claim.</param>
/// <param name="LeasedUntil">The end of the lease.</param>
/// <param name="Known">What the lanes were chosen by; the claim takes nothing when it is so no more.</param>
public sealed record ClaimHead(
    IReadOnlyList<long> LaneIds, IReadOnlyList<long> PersonalLaneIds, long ReviewerId, DateTime Now, DateTime LeasedUntil, LaneStamp Known);

/// <summary>What says that the lanes which a reviewer serves are still the same: nothing of it stays when they change.</summary>
/// <param name="Lanes">How many lanes there are; they are only ever added.</param>
/// <param name="Queues">The stamps of all queues, which change with their settings.</param>
/// <param name="Reviewer">The stamp of the account, which changes with its clearance and languages.</param>
public sealed record LaneStamp(long Lanes, IReadOnlyList<Guid> Queues, string Reviewer)
{
    public bool Equals(LaneStamp? other) =>
        other is not null && Lanes == other.Lanes && string.Equals(Reviewer, other.Reviewer, StringComparison.Ordinal) && Queues.SequenceEqual(other.Queues);

    public override int GetHashCode() => HashCode.Combine(Lanes, Queues.Count, Reviewer);
}

/// <summary>A task that was claimed.</summary>
public sealed record ClaimedHead(long TaskId, Guid PublicId, long CaseId, long LaneId, TaskPurpose Purpose, long FencingToken);

/// <summary>A case's new prediction.</summary>
public readonly record struct CaseScore(long CaseId, long HeadId, byte[] Probabilities, double Uncertainty, double Severity);

/// <summary>The ranks of a case's tasks by their purpose: to be reviewed, drawn for audit, and all others.</summary>
public readonly record struct CaseRank(long CaseId, double Rank, double AuditRank, double OtherRank);
