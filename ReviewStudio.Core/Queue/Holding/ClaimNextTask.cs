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
public sealed class ClaimNextTask(Database database, IQueueStatements statements, TimeProvider clock) : IUseCase
{
    /// <returns>The claim, or null when nothing waits for this reviewer.</returns>
    /// <exception cref="ForbiddenException">The actor is no reviewer.</exception>
    public async Task<ClaimedTask?> RunAsync(ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead);
        var lanes = await database.ReadAsync(db => ServedLanesAsync(db, request, actor, cancellation), cancellation);
        if (lanes.Count == 0)
        {
            return null;
        }

        return await database.WriteAsync(
            async db => await ClaimAsync(db, lanes, actor, cancellation)
                ?? (await SweepLeases.SweepAsync(db, clock.Instant(), cancellation) > 0 ? await ClaimAsync(db, lanes, actor, cancellation) : null),
            cancellation);
    }

    private async Task<ClaimedTask?> ClaimAsync(StudioDbContext db, List<ServedLane> lanes, Actor actor, CancellationToken cancellation)
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

        return await db.Set<ReviewTask>().Where(t => t.Id == taskId)
            .Select(t => new ClaimedTask(t.Id, t.CaseId, t.FencingToken, until)).SingleAsync(cancellation);
    }

    private static async Task<List<ServedLane>> ServedLanesAsync(
        StudioDbContext db, ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        var reviewer = await db.Set<Reviewer>().SingleAsync(r => r.Id == actor.ReviewerId, cancellation);
        var languages = reviewer.LanguageList();
        var anyLanguage = languages.Count == 0;
        var lead = actor.Is(Roles.PolicyLead) || actor.Is(Roles.Admin);
        return await (
            from lane in db.Set<Lane>()
            join queue in db.Set<ReviewQueue>() on lane.QueueId equals queue.Id
            where queue.ArchivedAt == null
                && (request.QueueId == null || queue.Id == request.QueueId)
                && (request.PolicyId == null || queue.PolicyId == request.PolicyId)
                && (request.Language == null || lane.Language == request.Language)
                && (request.Modality == null || lane.Modality == request.Modality)
                && (request.Source == null || lane.Source == request.Source)
                && lane.Clearance <= reviewer.Clearance
                && (anyLanguage || lane.Language == "und" || languages.Contains(lane.Language))
                && (lane.Audience == LaneAudience.Reviewers
                    || (lane.Audience == LaneAudience.Leads && lead)
                    || (lane.Audience == LaneAudience.Personal && lane.OwnerId == actor.ReviewerId))
            orderby lane.Id
            select new ServedLane(lane.Id, lane.Audience, queue.LeaseSeconds)).ToListAsync(cancellation);
    }

    private sealed record ServedLane(long Id, LaneAudience Audience, int LeaseSeconds);
}
