using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>
/// Now and then serves a case whose answer is known in the place of the one just claimed, which goes back to its place in
/// line. Each time the draw comes out below the queue's gold share, so that share of all tasks is gold. The reviewer sees
/// no difference.
/// </summary>
public sealed class ServeKnownAnswer(Database database, IKnownAnswers answers) : IUseCase
{
    /// <param name="claimed">What was just claimed.</param>
    /// <param name="source">What the reviewer has filtered for, if anything.</param>
    /// <param name="until">The end of the lease.</param>
    /// <returns>The task to serve, leased to the reviewer: the one claimed, or a gold one in its place.</returns>
    internal async Task<ClaimedTask> SwapAsync(
        ClaimedHead claimed, ServedLane lane, string? source, Actor actor, DateTime until, CancellationToken cancellation)
    {
        var plain = new ClaimedTask(claimed.TaskId, claimed.CaseId, claimed.FencingToken, until);
        if (lane.GoldShare <= 0 || lane.Audience != LaneAudience.Reviewers || claimed.Purpose is not (TaskPurpose.Review or TaskPurpose.Audit)

            // Each claim has a token of its own, so each has its own draw.
            || CaseDraws.Gold(claimed.PublicId, actor.ReviewerId, (int)claimed.FencingToken) >= lane.GoldShare)
        {
            return plain;
        }

        // Broken off before this, the reviewer holds the task that was claimed, as any other.
        return await database.WriteAgainAsync(db => SwapAsync(db, plain, lane, source, actor, cancellation), cancellation) ?? plain;
    }

    private async Task<ClaimedTask?> SwapAsync(
        StudioDbContext db, ClaimedTask plain, ServedLane lane, string? source, Actor actor, CancellationToken cancellation)
    {
        await db.HoldRowAsync<ReviewTask>(plain.TaskId, cancellation);
        var claimed = await HeldTask.LoadAsync(db, plain.Claim, actor, cancellation);
        if (await answers.PickAsync(db, lane, source, actor.ReviewerId, cancellation) is not { } known)
        {
            return null;
        }

        var gold = new ReviewTask
        {
            CaseId = known.Id,
            LaneId = lane.Id,
            Purpose = TaskPurpose.Gold,
            State = TaskState.Leased,
            Rank = claimed.Rank,
            ReviewerId = actor.ReviewerId,
            ClaimedAt = claimed.ClaimedAt,
            LeasedUntil = claimed.LeasedUntil,
            FencingToken = 1,
            ClaimedHeadId = known.HeadId,
            ClaimedProbabilities = known.Probabilities,
        };
        db.Add(gold);
        HeldTask.Requeue(claimed, claimed.LaneId);
        await db.SaveChangesAsync(cancellation);
        return new ClaimedTask(gold.Id, gold.CaseId, gold.FencingToken, plain.LeasedUntil);
    }
}
