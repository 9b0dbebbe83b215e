using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training.Gates;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training;

/// <summary>What came of a run.</summary>
public sealed record TrainingResult(string SnapshotHash, string HeadHash, int HeadNumber, bool Promoted, string Gate, object? Fit);

/// <summary>
/// One turn of the loop as a job: snapshot, fit, gates, promotion, re-rank. Each stage commits its outcome together with
/// the name of the next one; a new holder begins at that stage, and what it does again comes out the same.
/// </summary>
public sealed class TrainingLoop(
    Database database,
    TimeProvider clock,
    PolicyBook policies,
    FreezeEvaluationCases freeze,
    ExportSnapshot export,
    ReadLabels labels,
    FitHead fit,
    JudgeChallenger judge,
    PromoteHead promote,
    RescorePolicy rescore) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "training";

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var run = await RunOfAsync(job.JobId, stop);
        object? details = null;
        while (run.Stage != TrainingStage.Done)
        {
            stop.ThrowIfCancellationRequested();
            switch (run.Stage)
            {
                case TrainingStage.Snapshot:
                    await SnapshotAsync(job, run, stop);
                    break;
                case TrainingStage.Fit:
                    details = await FitAsync(job, run, stop);
                    break;
                case TrainingStage.Gate:
                    await GateAsync(job, run, stop);
                    break;
                case TrainingStage.Promote:
                    await job.ReportAsync(0, null, "Promoting", stop);
                    await promote.RunAsync(run.HeadId!.Value, job.Actor, stop);
                    await MoveAsync(run, TrainingStage.Rerank, stop);
                    break;
                case TrainingStage.Rerank:
                    await rescore.RunAsync(run.PolicyId, rankAgain: false, p => job.ReportAsync(p.Done, p.Total, "Scoring and ranking the queue", stop), stop);
                    await MoveAsync(run, TrainingStage.Done, stop);
                    break;
            }
        }

        return await ResultAsync(job, run, details, stop);
    }

    private async Task SnapshotAsync(JobContext job, TrainingRun run, CancellationToken stop)
    {
        await job.ReportAsync(0, null, "Writing the training snapshot", stop);
        await freeze.RunAsync(run.PolicyId, run.Watermark, stop);

        // Whatever is frozen by now measures heads, so this one must not learn from it.
        var pin = await labels.PinAsync(run.PolicyId, stop);
        var snapshot = await export.RunAsync(
            run.PolicyId, pin with { Watermark = run.Watermark }, new SnapshotOptions(), job.Actor, rows => job.ReportAsync(rows, null, "Writing the training snapshot", stop), stop);
        await MoveAsync(run, TrainingStage.Fit, stop, r => r.SnapshotId = snapshot.Id);
    }

    private async Task<object?> FitAsync(JobContext job, TrainingRun run, CancellationToken stop)
    {
        var snapshot = await database.ReadAsync(db => db.Set<Snapshot>().SingleAsync(s => s.Id == run.SnapshotId, stop), stop);
        var version = await policies.VersionAsync(snapshot.PolicyVersionId, stop);
        var queue = await database.ReadAsync(db => db.Set<ReviewQueue>().SingleAsync(q => q.Id == run.QueueId, stop), stop);
        await job.ReportAsync(0, null, $"Fitting a head to {snapshot.Rows:N0} examples", stop);
        var told = new ProgressTeller(job, stop);
        var file = await fit.RunAsync(run, job.Arguments<TrainingArguments>(), queue.Trainer, version, snapshot, told, stop);
        await database.WriteAsync(
            async db =>
            {
                var number = await db.Set<Head>().Where(h => h.PolicyId == run.PolicyId).MaxAsync(h => (int?)h.Number, stop) ?? 0;
                var head = new Head
                {
                    PolicyId = run.PolicyId,
                    PolicyVersionId = version.Id,
                    Number = number + 1,
                    State = HeadState.Challenger,
                    Trainer = file.Trainer,
                    Format = file.Format,
                    EncoderVersion = file.EncoderVersion,
                    LabelKeysJson = JsonSerializer.Serialize(file.LabelKeys),
                    FileHash = file.FileHash,
                    SnapshotHash = snapshot.LogicalHash,
                    TrainedOn = file.Examples,
                    CreatedAt = run.CreatedAt,
                };
                db.Add(head);
                await db.SaveChangesAsync(stop);
                await MoveAsync(db, run, TrainingStage.Gate, r => r.HeadId = head.Id, stop);
            },
            stop);
        return file.Details;
    }

    private async Task GateAsync(JobContext job, TrainingRun run, CancellationToken stop)
    {
        await job.ReportAsync(0, null, "Comparing with the champion on the frozen set", stop);
        var head = await database.ReadAsync(db => db.Set<Head>().SingleAsync(h => h.Id == run.HeadId, stop), stop);
        var report = await judge.RunAsync(head, stop);
        await database.WriteAsync(
            async db =>
            {
                var tracked = await db.Set<Head>().SingleAsync(h => h.Id == run.HeadId, stop);
                tracked.GateReportJson = report.ToJson();
                tracked.State = report.MayPromote ? HeadState.Challenger : HeadState.Rejected;
                await db.SaveChangesAsync(stop);
                var automatic = await db.Set<ReviewQueue>().Where(q => q.Id == run.QueueId).Select(q => q.PromoteAutomatically).SingleAsync(stop);
                await MoveAsync(db, run, report.MayPromote && automatic ? TrainingStage.Promote : TrainingStage.Done, null, stop);
            },
            stop);
    }

    private async Task<TrainingResult> ResultAsync(JobContext job, TrainingRun run, object? details, CancellationToken stop)
    {
        var (snapshotHash, head) = await database.ReadAsync(
            async db => (
                await db.Set<Snapshot>().Where(s => s.Id == run.SnapshotId).Select(s => s.LogicalHash).SingleAsync(stop),
                await db.Set<Head>().SingleAsync(h => h.Id == run.HeadId, stop)),
            stop);
        var gate = head.GateReportJson is { } json ? GateReport.FromJson(json).Summary : "";
        var promoted = head.PromotedAt is not null;
        await job.ReportAsync(1, 1, promoted ? $"head {head.Number} serves" : $"head {head.Number} does not serve: {gate}", stop);
        return new TrainingResult(snapshotHash, head.FileHash, head.Number, promoted, gate, details);
    }

    private async Task<TrainingRun> RunOfAsync(long jobId, CancellationToken stop) =>
        await database.ReadAsync(db => db.Set<TrainingRun>().SingleOrDefaultAsync(r => r.JobId == jobId, stop), stop)
        ?? throw new RefusedException("training.no-run", "This training has lost its run. Start a new one.");

    private Task MoveAsync(TrainingRun run, TrainingStage stage, CancellationToken stop, Action<TrainingRun>? change = null) =>
        database.WriteAsync(db => MoveAsync(db, run, stage, change, stop), stop);

    /// <summary>Names the next stage in the caller's transaction; the copy in hand follows.</summary>
    private async Task MoveAsync(StudioDbContext db, TrainingRun run, TrainingStage stage, Action<TrainingRun>? change, CancellationToken stop)
    {
        var tracked = await db.Set<TrainingRun>().SingleAsync(r => r.Id == run.Id, stop);
        change?.Invoke(tracked);
        tracked.Stage = stage;
        tracked.EndedAt = stage == TrainingStage.Done ? clock.Instant() : null;
        await db.SaveChangesAsync(stop);
        change?.Invoke(run);
        run.Stage = stage;
    }

    /// <summary>Passes the trainer's progress on; a report that fails is told by the next one.</summary>
    private sealed class ProgressTeller(JobContext job, CancellationToken stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) =>
            job.ReportAsync((long)(value.Fraction * 100), 100, value.Text, stop).GetAwaiter().GetResult();
    }
}
