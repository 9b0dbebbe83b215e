using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>Changed settings.</summary>
/// <param name="Queue">The queue's key.</param>
/// <param name="Stamp">The concurrency stamp of the settings as they were read.</param>
public sealed record QueueEdit(string Queue, Guid Stamp, QueueSettings Settings);

/// <summary>
/// Changes a queue's settings. What follows from them for content that waits already follows too: a new order is ranked
/// anew and a new number of reviewers is asked for by jobs, a new clearance moves tasks at once.
/// </summary>
public sealed class EditQueue(Database database, TimeProvider clock, JobDesk jobs) : IUseCase
{
    private static readonly QueueSettingsValidator Validator = new();

    /// <returns>The new concurrency stamp.</returns>
    /// <exception cref="ValidationException">The settings are not in order.</exception>
    /// <exception cref="RefusedException"><c>queue.unknown</c> or <c>queue.conflict</c>.</exception>
    public async Task<Guid> RunAsync(QueueEdit request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        await Validator.ValidateAndThrowAsync(request.Settings, cancellation);
        var (stamp, started) = await database.WriteAsync(db => EditAsync(db, request, actor, cancellation), cancellation);
        started.ForEach(jobs.Dispatch);
        return stamp;
    }

    private async Task<(Guid Stamp, List<long> Jobs)> EditAsync(StudioDbContext db, QueueEdit request, Actor actor, CancellationToken cancellation)
    {
        var queue = await FindAsync(db, request.Queue, cancellation);
        if (queue.ConcurrencyStamp != request.Stamp)
        {
            throw await ConflictAsync(db, queue, cancellation);
        }

        var before = QueueSettings.Of(queue);
        request.Settings.WriteTo(queue, clock.Instant());
        db.Record(clock, actor, "queue.changed", "queue", queue.PublicId, new { queue.Key, before, after = request.Settings });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw await ConflictAsync(db, queue, cancellation);
        }

        if ((before.RequiredClearance, before.Plan.AdjudicatorClearance) != (queue.RequiredClearance, queue.Plan.AdjudicatorClearance))
        {
            await LaneMoves.RunAsync(db, queue, cancellation);
        }

        var started = new List<BackgroundJob>();
        if (Wanted(before.Plan) != Wanted(queue.Plan))
        {
            started.Add(jobs.Add(
                db, new NewJob(ReviewPlanJob.JobKind, $"Ask for the verdicts that {queue.Name} wants now", new ReviewPlanArguments(queue.Id), $"review-plan:{queue.Id}"), actor));
        }

        if (Order(before) != Order(request.Settings))
        {
            started.Add(jobs.Add(
                db, new NewJob(RescoreJob.JobKind, $"Rank {queue.Name} anew", new RescoreArguments(queue.PolicyId, RankAgain: true), $"rescore:{queue.PolicyId}"), actor));
        }

        await db.SaveChangesAsync(cancellation);
        return (queue.ConcurrencyStamp, started.ConvertAll(j => j.Id));
    }

    internal static async Task<ReviewQueue> FindAsync(StudioDbContext db, string key, CancellationToken cancellation) =>
        await db.Set<ReviewQueue>().SingleOrDefaultAsync(q => q.Key == key, cancellation)
        ?? throw new RefusedException("queue.unknown", $"There is no queue '{key}'. The page Queues lists those that there are.");

    private static async Task<RefusedException> ConflictAsync(StudioDbContext db, ReviewQueue queue, CancellationToken cancellation)
    {
        var last = await db.Set<AuditEvent>().AsNoTracking().Where(e => e.SubjectId == queue.PublicId)
            .OrderByDescending(e => e.Id).Select(e => e.ActorName).FirstOrDefaultAsync(cancellation);
        return new RefusedException(
            "queue.conflict",
            $"{last ?? "Somebody"} changed this queue after you opened it, so your settings were not saved over theirs. Note what you changed, reload, and set it again.");
    }

    private static (int, double, int) Wanted(ReviewPlan plan) => (plan.ReviewersPerCase, plan.OverlapShare, plan.OverlapReviewers);

    private static (string, double, double, double) Order(QueueSettings settings) =>
        (settings.Strategy, settings.UncertaintyWeight, settings.SeverityWeight, settings.ArrivalWeight);
}
