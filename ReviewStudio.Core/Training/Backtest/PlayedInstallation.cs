using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>Where a seed is played: keys in its scratch database, and what the played reviewer knows.</summary>
/// <param name="Reviewer">The one who answers.</param>
/// <param name="VersionId">The policy version.</param>
/// <param name="PoolQueue">The queue that the strategy ranks.</param>
/// <param name="GateQueue">The queue with the rows for the gates.</param>
/// <param name="RowOfCase">The row behind each case.</param>
internal sealed record PlayedInstallation(
    Actor Reviewer, long PolicyId, long VersionId, long PoolQueue, long GateQueue, IReadOnlyDictionary<long, int> RowOfCase);
