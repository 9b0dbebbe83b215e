using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
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

/// <summary>Starts a rescoring where waiting cases lack the champion's score. Cheap when there is nothing to do.</summary>
public sealed class ScoreNewCases(Database database, JobDesk jobs) : IUseCase
{
    /// <returns>Jobs started.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var policies = await database.ReadAsync(
            db => (
                from head in db.Set<Head>()
                where head.State == HeadState.Champion
                    && db.Set<ReviewCase>().Any(c => c.PolicyId == head.PolicyId && (c.State != CaseState.Labelled || c.Gold) && (c.HeadId == null || c.HeadId != head.Id)
                        && db.Set<Item>().Any(i => i.Id == c.ItemId && i.Modality.Contains(Item.TextModality)))
                    && !db.Set<BackgroundJob>().Any(j => j.ExclusiveKey == "rescore:" + head.PolicyId && (j.State == JobState.Queued || j.State == JobState.Running))
                    && !db.Set<BackgroundJob>().Any(j => j.ExclusiveKey == "training:" + head.PolicyId && j.State == JobState.Running)
                select head.PolicyId).ToListAsync(cancellation),
            cancellation);
        foreach (var policyId in policies)
        {
            await jobs.StartAsync(
                new NewJob(RescoreJob.JobKind, "Score and rank waiting cases", new RescoreArguments(policyId), $"rescore:{policyId}"), Actor.System, cancellation);
        }

        return policies.Count;
    }
}
