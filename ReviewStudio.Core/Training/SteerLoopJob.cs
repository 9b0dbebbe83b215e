using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training;

/// <summary>What a person may do with a job of the loop.</summary>
public enum LoopCommand
{
    Cancel,

    /// <summary>Go on with a cancelled or failed one at the stage where it stopped.</summary>
    GoOn,
}

/// <summary>Cancels trainings, snapshots and rescorings, and takes them up again.</summary>
public sealed class SteerLoopJob(JobDesk jobs) : IUseCase
{
    private static readonly string[] Kinds = [TrainingLoop.JobKind, SnapshotJob.JobKind, RescoreJob.JobKind];

    /// <exception cref="RefusedException"><c>job.unknown</c>, or <c>training.running</c> when another run has begun meanwhile.</exception>
    public async Task RunAsync(long jobId, LoopCommand command, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        var job = await jobs.FindAsync(jobId, cancellation);
        if (job is null || !Kinds.Contains(job.Kind, StringComparer.Ordinal))
        {
            throw new RefusedException("job.unknown", "There is no such job of the loop.");
        }

        if (command == LoopCommand.Cancel)
        {
            await jobs.CancelAsync(jobId, cancellation);
            return;
        }

        var others = await jobs.ListAsync([job.Kind], 100, cancellation);
        if (others.Exists(o => o.Id != jobId && o.ExclusiveKey == job.ExclusiveKey && !o.Ended))
        {
            throw new RefusedException("training.running", "A newer one is under way. Wait until it has ended, or cancel it, before you go on with this one.");
        }

        await jobs.RetryAsync(jobId, cancellation);
    }
}
