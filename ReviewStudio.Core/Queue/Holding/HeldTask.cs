using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>Names a claim: the task and the fencing token that the claim gave out.</summary>
public sealed record TaskClaim(long TaskId, long FencingToken);

/// <summary>Finds the task that somebody says to hold, or refuses.</summary>
internal static class HeldTask
{
    /// <summary>
    /// The task, tracked. A lease that ran out still counts as held until it is swept or claimed anew: nobody else can
    /// have judged it by then.
    /// </summary>
    /// <exception cref="RefusedException">The token is stale.</exception>
    public static async Task<ReviewTask> LoadAsync(StudioDbContext db, TaskClaim claim, Actor actor, CancellationToken cancellation)
    {
        var task = await db.Set<ReviewTask>().SingleOrDefaultAsync(t => t.Id == claim.TaskId, cancellation) ?? throw Stale();
        Demand(task, claim, actor);
        return task;
    }

    /// <summary>Refuses a claim that does not hold the task.</summary>
    /// <exception cref="RefusedException">The token is stale.</exception>
    public static void Demand(ReviewTask task, TaskClaim claim, Actor actor)
    {
        if (task.FencingToken != claim.FencingToken || task.State != TaskState.Leased || task.ReviewerId != actor.ReviewerId)
        {
            throw Stale();
        }
    }

    public static RefusedException Stale() => new(
        "lease.stale",
        "Your claim on this task has run out and it may be with somebody else now. Nothing was recorded; your draft is kept. Take the next task to go on.");

    /// <summary>
    /// Puts the task back in line, in the given lane. A gold task was made for its holder: it waits for nobody else, unless
    /// it goes to a lane of somebody's own.
    /// </summary>
    public static void Requeue(ReviewTask task, long laneId)
    {
        task.State = task.Purpose == TaskPurpose.Gold && task.LaneId == laneId ? TaskState.Cancelled : TaskState.Pending;
        task.LaneId = laneId;
        task.ReviewerId = null;
        task.ClaimedAt = null;
        task.LeasedUntil = null;
        task.ClaimedHeadId = null;
        task.ClaimedProbabilities = null;
    }
}
