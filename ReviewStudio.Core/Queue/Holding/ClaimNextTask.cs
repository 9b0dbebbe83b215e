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
public sealed class ClaimNextTask(Database database, ServedLanes served, IQueueStatements statements, ServeKnownAnswer gold, TimeProvider clock) : IUseCase
{
    /// <returns>The claim, or null when nothing waits for this reviewer.</returns>
    /// <exception cref="ForbiddenException">The actor is no reviewer.</exception>
    public async Task<ClaimedTask?> RunAsync(ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead);
        var choice = await served.KnownAsync(request, actor, cancellation);
        var swept = false;
        while (true)
        {
            if (await ClaimAsync(choice, request, actor, cancellation) is { } claimed)
            {
                return claimed;
            }

            // Nothing waits in these lanes, or they are others by now.
            var (before, now) = (choice, await served.ReadAsync(request, actor, cancellation));
            choice = now;
            if (now.Stamp != before.Stamp)
            {
                continue;
            }

            if (now.Lanes.Count == 0 || swept || !await SweptAsync(cancellation))
            {
                return null;
            }

            swept = true;
        }
    }

    private async Task<ClaimedTask?> ClaimAsync(LaneChoice choice, ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        if (choice.Lanes.Count == 0)
        {
            return null;
        }

        var now = clock.Instant();
        var until = now.AddSeconds(choice.Lanes.Min(l => l.LeaseSeconds));
        var claim = new ClaimHead(
            [.. choice.Lanes.Where(l => l.Audience != LaneAudience.Personal).Select(l => l.Id)],
            [.. choice.Lanes.Where(l => l.Audience == LaneAudience.Personal).Select(l => l.Id)],
            actor.ReviewerId,
            now,
            until,
            choice.Stamp);
        return await database.StatementAsync(db => statements.ClaimHeadAsync(db, claim, cancellation), cancellation) is { } head
            ? await gold.SwapAsync(head, choice.Lanes.Single(l => l.Id == head.LaneId), request.Source, actor, until, cancellation)
            : null;
    }

    private async Task<bool> SweptAsync(CancellationToken cancellation) =>
        await database.WriteAsync(db => SweepLeases.SweepAsync(db, clock.Instant(), cancellation), cancellation) > 0;
}
