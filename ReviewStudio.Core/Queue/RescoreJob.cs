using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Queue;

/// <summary>What a rescoring job is asked for.</summary>
public sealed record RescoreArguments(long PolicyId, bool RankAgain = false);

/// <summary>Rescoring as a job, for imports and changed settings.</summary>
public sealed class RescoreJob(RescorePolicy rescore, RankUnscored rank) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "rescore";

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var arguments = job.Arguments<RescoreArguments>();
        if (arguments.RankAgain)
        {
            await rank.RunAsync(arguments.PolicyId, stop);
        }

        var cases = await rescore.RunAsync(
            arguments.PolicyId, arguments.RankAgain, p => job.ReportAsync(p.Done, p.Total, "Scoring and ranking", stop), stop);
        return new { cases };
    }
}

/// <summary>Starts a rescoring where a queue has not been through the champion's hands, or has arrivals. One look at an index a queue when there is nothing to do.</summary>
public sealed class ScoreNewCases(Database database, JobDesk jobs) : IUseCase
{
    /// <param name="behindRunning">Whether one is started that waits for the running one to end: for what that one may have passed already.</param>
    /// <returns>Jobs started.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation, bool behindRunning = false)
    {
        var champions = await database.ReadAsync(
            db => db.Set<Head>().Where(head => head.State == HeadState.Champion
                && !db.Set<BackgroundJob>().Any(j => j.ExclusiveKey == "rescore:" + head.PolicyId && (j.State == JobState.Queued || (!behindRunning && j.State == JobState.Running)))
                && !db.Set<BackgroundJob>().Any(j => j.ExclusiveKey == "training:" + head.PolicyId && j.State == JobState.Running)).ToListAsync(cancellation),
            cancellation);
        var started = 0;
        foreach (var head in champions)
        {
            if (await database.ReadAsync(db => Waiting(db, head).AnyAsync(cancellation), cancellation))
            {
                await jobs.StartAsync(
                    new NewJob(RescoreJob.JobKind, "Score and rank waiting cases", new RescoreArguments(head.PolicyId), $"rescore:{head.PolicyId}"), Actor.System, cancellation);
                started++;
            }
        }

        return started;
    }

    /// <summary>Queues that the champion has not been through, or that hold arrivals which it can read by now.</summary>
    private static IQueryable<ReviewQueue> Waiting(StudioDbContext db, Head champion) => db.Set<ReviewQueue>().Where(queue =>
        queue.PolicyId == champion.PolicyId && queue.ArchivedAt == null
        && (queue.RankedHeadId == null || queue.RankedHeadId != champion.Id
            || db.Set<ReviewCase>().Any(c => c.QueueId == queue.Id && c.UnscoredSince != null && ItemInputs.Ready(db, champion.ReadsParts).Any(i => i.Id == c.ItemId))));
}
