using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training;

/// <summary>What sets a run off.</summary>
/// <param name="Trigger"><c>hand</c>, <c>labels</c>, <c>schedule</c> or <c>backtest</c>.</param>
/// <param name="L2">A penalty to take over instead of searching for one.</param>
/// <param name="Temperature">A temperature to take over instead of calibrating anew.</param>
public sealed record TrainingRequest(long QueueId, string Trigger, double? L2 = null, double? Temperature = null);

/// <summary>A run that was started.</summary>
public sealed record StartedTraining(long RunId, long JobId);

/// <summary>
/// Begins a turn of the loop. The labels that it trains on are fixed here, by their watermark, so that however often the
/// run is broken off and taken up, its snapshot, its head and its decision are the same.
/// </summary>
public sealed class StartTraining(Database database, TimeProvider clock, JobDesk jobs) : IUseCase
{
    /// <exception cref="RefusedException"><c>training.running</c> when a run of the policy has not ended; <c>queue.unknown</c>.</exception>
    public async Task<StartedTraining> RunAsync(TrainingRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        var started = await database.WriteAsync(db => AddAsync(db, request, actor, cancellation), cancellation)
            ?? throw new RefusedException("training.running", "A training of this policy is already under way. Wait until it has ended, or cancel it.");
        jobs.Dispatch(started.JobId);
        return started;
    }

    /// <summary>The same for triggers: null when a run is under way.</summary>
    internal async Task<StartedTraining?> TryAsync(TrainingRequest request, Actor actor, CancellationToken cancellation)
    {
        var started = await database.WriteAsync(db => AddAsync(db, request, actor, cancellation), cancellation);
        if (started is not null)
        {
            jobs.Dispatch(started.JobId);
        }

        return started;
    }

    private async Task<StartedTraining?> AddAsync(StudioDbContext db, TrainingRequest request, Actor actor, CancellationToken cancellation)
    {
        var queue = await db.Set<ReviewQueue>().AsNoTracking().SingleOrDefaultAsync(q => q.Id == request.QueueId, cancellation)
            ?? throw new RefusedException("queue.unknown", "There is no such queue. The page Queues lists those that there are.");
        var key = ExclusiveKey(queue.PolicyId);
        var watermark = await LabelWatermark.DrawAsync(db, queue.PolicyId, cancellation);
        if (await db.Set<BackgroundJob>().AnyAsync(j => j.ExclusiveKey == key && (j.State == JobState.Queued || j.State == JobState.Running), cancellation))
        {
            return null;
        }

        var number = await db.Set<TrainingRun>().CountAsync(r => r.PolicyId == queue.PolicyId, cancellation) + 1;
        var job = jobs.Add(db, new NewJob(TrainingLoop.JobKind, $"Retrain {queue.Name}", new TrainingArguments(request.L2, request.Temperature), key), actor);
        await db.SaveChangesAsync(cancellation);
        var run = new TrainingRun
        {
            PolicyId = queue.PolicyId,
            QueueId = queue.Id,
            JobId = job.Id,
            Trigger = request.Trigger,
            Watermark = watermark,
            Seed = number,
            CreatedAt = clock.Instant(),
        };
        db.Add(run);
        db.Record(clock, actor, "training.started", "training", run.PublicId, new { request.Trigger, watermark });
        await db.SaveChangesAsync(cancellation);
        return new StartedTraining(run.Id, job.Id);
    }

    internal static string ExclusiveKey(long policyId) => $"training:{policyId}";
}

/// <summary>What the training job is told beside its run's row.</summary>
public sealed record TrainingArguments(double? L2 = null, double? Temperature = null);
