using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Labels.Agreements.Keeping;

/// <summary>Which policy's questions to answer.</summary>
public sealed record FigureArguments(long PolicyId);

/// <summary>Measures what somebody waits for, one question after the other, until nobody waits. The verdicts are read once.</summary>
public sealed class MeasureFigures(Database database, FigureMaker maker, RatingStore store, PolicyBook policies, TimeProvider clock) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "figures";

    /// <summary>What nobody has asked for since is forgotten.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly TimeSpan Tell = TimeSpan.FromMilliseconds(400);

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var policyId = job.Arguments<FigureArguments>().PolicyId;
        var old = clock.Instant() - Kept;
        await database.WriteAsync(db => db.Set<KeptFigures>().Where(f => f.PolicyId == policyId && f.AskedAt < old).ExecuteDeleteAsync(stop), stop);
        for (var measured = 0; ; measured++)
        {
            var next = await database.ReadAsync(db => db.Set<KeptFigures>().Where(f => f.PolicyId == policyId && f.Wanted).OrderBy(f => f.AskedAt).ThenBy(f => f.Id).FirstOrDefaultAsync(stop), stop);
            if (next is null)
            {
                return new { measured };
            }

            await MeasureAsync(job, next, stop);
        }
    }

    private async Task MeasureAsync(JobContext job, KeptFigures row, CancellationToken stop)
    {
        var (now, started) = (clock.Instant(), Stopwatch.GetTimestamp());
        var last = await database.ReadAsync(db => db.Set<Verdict>().MaxAsync(v => (long?)v.Id, stop), stop) ?? 0;
        var version = (await policies.InForceAsync(row.PolicyId, stop))?.Id;
        string? figures = null, error = null;
        ExceptionDispatchInfo? fault = null;
        try
        {
            var measuring = maker.RunAsync(FigureQuestion.FromJson(row.QuestionJson), stop);
            while (await Task.WhenAny(measuring, Task.Delay(Tell, stop)) != measuring)
            {
                await job.ReportAsync(Math.Min(last, store.ReadUpTo(row.PolicyId)), last, "Reading verdicts, then measuring", stop);
            }

            figures = FigureJson.Write(await measuring);
        }
        catch (RefusedException e)
        {
            // Told to whoever asked; the other questions have their answers all the same.
            error = e.Message;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Who waits must not ask for it again and again.
            (error, fault) = ($"This could not be measured. The log has the details under job {job.JobId}.", ExceptionDispatchInfo.Capture(e));
        }

        var took = (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await database.WriteAsync(
            db => db.Set<KeptFigures>().Where(f => f.Id == row.Id).ExecuteUpdateAsync(
                set => set.SetProperty(f => f.FiguresJson, f => figures ?? f.FiguresJson).SetProperty(f => f.Error, error).SetProperty(f => f.PolicyVersionId, version)
                    .SetProperty(f => f.Watermark, last).SetProperty(f => f.MeasuredAt, now).SetProperty(f => f.TookMilliseconds, took).SetProperty(f => f.Wanted, false),
                stop),
            stop);
        fault?.Throw();
    }
}
