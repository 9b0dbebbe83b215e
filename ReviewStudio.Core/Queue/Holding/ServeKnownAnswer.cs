using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>
/// Now and then serves a case whose answer is known in the place of the one just claimed, which goes back to its place in
/// line. Each time the draw comes out below the queue's gold share, so that share of all tasks is gold. The reviewer sees
/// no difference.
/// </summary>
public sealed class ServeKnownAnswer(IKnownAnswers answers) : IUseCase
{
    /// <param name="source">What the reviewer has filtered for, if anything.</param>
    /// <returns>The task to serve, leased to the reviewer: the one claimed, or a gold one in its place.</returns>
    internal async Task<ReviewTask> SwapAsync(StudioDbContext db, ReviewTask claimed, ServedLane lane, string? source, CancellationToken cancellation)
    {
        if (lane.GoldShare <= 0 || lane.Audience != LaneAudience.Reviewers
            || claimed.Purpose is not (TaskPurpose.Review or TaskPurpose.Audit) || claimed.ReviewerId is not { } reviewerId)
        {
            return claimed;
        }

        var served = await db.Set<ReviewTask>().CountAsync(t => t.ReviewerId == reviewerId && t.Purpose == TaskPurpose.Gold, cancellation);
        if (CaseDraws.Gold(claimed.PublicId, reviewerId, served) >= lane.GoldShare || await answers.PickAsync(db, lane, source, reviewerId, cancellation) is not { } known)
        {
            return claimed;
        }

        var gold = new ReviewTask
        {
            CaseId = known.Id,
            LaneId = lane.Id,
            Purpose = TaskPurpose.Gold,
            State = TaskState.Leased,
            Rank = claimed.Rank,
            ReviewerId = reviewerId,
            ClaimedAt = claimed.ClaimedAt,
            LeasedUntil = claimed.LeasedUntil,
            FencingToken = 1,
            ClaimedHeadId = known.HeadId,
            ClaimedProbabilities = known.Probabilities,
        };
        db.Add(gold);
        HeldTask.Requeue(claimed, claimed.LaneId);
        await db.SaveChangesAsync(cancellation);
        return gold;
    }
}
