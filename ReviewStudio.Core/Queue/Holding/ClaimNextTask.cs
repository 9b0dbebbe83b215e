using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>What the reviewer wants to be served from; null leaves a dimension open.</summary>
public sealed record ClaimRequest(long? QueueId = null, long? PolicyId = null, string? Language = null, string? Modality = null, string? Source = null);

/// <summary>A claim that succeeded.</summary>
public sealed record ClaimedTask(long TaskId, long CaseId, long FencingToken, DateTime LeasedUntil)
{
    public TaskClaim Claim => new(TaskId, FencingToken);
}

/// <summary>
/// Leases the best task that the reviewer may serve: the heads of the fitting lanes are merged by rank in one atomic
/// statement, personal lanes first.
/// </summary>
public sealed class ClaimNextTask(Database database, IQueueStatements statements, ServeKnownAnswer gold, TimeProvider clock) : IUseCase
{
    /// <returns>The claim, or null when nothing waits for this reviewer.</returns>
    /// <exception cref="ForbiddenException">The actor is no reviewer.</exception>
    public async Task<ClaimedTask?> RunAsync(ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead);
        var lanes = await database.ReadAsync(db => ServedLanes.OfAsync(db, request, actor, cancellation), cancellation);
        if (lanes.Count == 0)
        {
            return null;
        }

        return await database.WriteAsync(
            async db => await ClaimAsync(db, lanes, request, actor, cancellation)
                ?? (await SweepLeases.SweepAsync(db, clock.Instant(), cancellation) > 0 ? await ClaimAsync(db, lanes, request, actor, cancellation) : null),
            cancellation);
    }

    private async Task<ClaimedTask?> ClaimAsync(StudioDbContext db, List<ServedLane> lanes, ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        var now = clock.Instant();
        var until = now.AddSeconds(lanes.Min(l => l.LeaseSeconds));
        var claim = new ClaimHead(
            [.. lanes.Where(l => l.Audience != LaneAudience.Personal).Select(l => l.Id)],
            [.. lanes.Where(l => l.Audience == LaneAudience.Personal).Select(l => l.Id)],
            actor.ReviewerId,
            now,
            until);
        var taskId = await statements.ClaimHeadAsync(db, claim, cancellation);
        if (taskId is null)
        {
            return null;
        }

        var head = await db.Set<ReviewTask>().SingleAsync(t => t.Id == taskId, cancellation);
        var task = await gold.SwapAsync(db, head, lanes.Single(l => l.Id == head.LaneId), request.Source, cancellation);
        return new ClaimedTask(task.Id, task.CaseId, task.FencingToken, until);
    }
}
