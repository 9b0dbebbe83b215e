using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Datasets;

/// <summary>What a snapshot job is asked for; the watermark is fixed when it is started.</summary>
public sealed record SnapshotArguments(long PolicyId, long Watermark, SnapshotOptions Options, long? FrozenMark = null, long? LikenessMark = null);

/// <summary>What came of it.</summary>
public sealed record SnapshotResult(Guid Id, string Version, string LogicalHash, int Rows, string Folder);

/// <summary>Writes a snapshot as a job. Run twice, it gives the same snapshot.</summary>
public sealed class SnapshotJob(ExportSnapshot export) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "snapshot";

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var arguments = job.Arguments<SnapshotArguments>();
        var snapshot = await export.RunAsync(
            arguments.PolicyId, new SnapshotPin(arguments.Watermark, arguments.FrozenMark, arguments.LikenessMark), arguments.Options, job.Actor, rows => job.ReportAsync(rows, null, "Writing examples", stop), stop);
        await job.ReportAsync(snapshot.Rows, snapshot.Rows, $"version {snapshot.Version}", stop);
        return new SnapshotResult(snapshot.PublicId, snapshot.Version, snapshot.LogicalHash, snapshot.Rows, snapshot.Folder);
    }
}

/// <summary>Starts a snapshot of a policy's labels as of now.</summary>
public sealed class StartSnapshot(Database database, ReadLabels labels, JobDesk jobs) : IUseCase
{
    /// <returns>The job's key.</returns>
    /// <exception cref="RefusedException"><c>snapshot.empty</c>, <c>snapshot.filter</c> or <c>policy.unknown</c>.</exception>
    public async Task<long> RunAsync(long policyId, SnapshotOptions options, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(options);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        options = options.Checked();
        var name = await database.ReadAsync(db => db.Set<Policy>().Where(p => p.Id == policyId).Select(p => p.Name).SingleOrDefaultAsync(cancellation), cancellation)
            ?? throw new RefusedException("policy.unknown", "There is no such policy. The page Policies lists those that there are.");
        var pin = await labels.PinAsync(policyId, cancellation);
        return pin.Watermark == 0
            ? throw new RefusedException("snapshot.empty", $"No case of {name} has a label yet. Judge some in the review queue, or import labelled content.")
            : await jobs.StartAsync(
                new NewJob(SnapshotJob.JobKind, $"Snapshot of {name}", new SnapshotArguments(policyId, pin.Watermark, options, pin.FrozenMark, pin.LikenessMark), $"snapshot:{policyId}"), actor, cancellation);
    }
}
