using System.Text.Json;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>A backtest as the page shows it.</summary>
/// <param name="Points">The points so far.</param>
/// <param name="Summary">The comparison over the seeds that are complete.</param>
/// <param name="HasFile">Whether its file is still there, for another one.</param>
public sealed record BacktestEntry(
    BackgroundJob Job, BacktestArguments Arguments, IReadOnlyList<BacktestPoint> Points, IReadOnlyDictionary<string, StrategySummary> Summary, bool HasFile);

/// <summary>The latest backtests, newest first.</summary>
public sealed class ListBacktests(JobDesk jobs, StudioFolders folders) : IUseCase
{
    public async Task<List<BacktestEntry>> RunAsync(int count, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        return (await jobs.ListAsync([BacktestJob.JobKind], count, cancellation)).ConvertAll(Read);
    }

    private BacktestEntry Read(BackgroundJob job)
    {
        var arguments = JsonSerializer.Deserialize<BacktestArguments>(job.ArgumentsJson)!;
        var points = job.ResultJson is { } result ? JsonSerializer.Deserialize<BacktestResult>(result)!.Points
            : job.ResumeJson is { } resume ? JsonSerializer.Deserialize<BacktestProgress>(resume)!.Points : [];
        return new(job, arguments, points, StrategySummary.Of(points, arguments.Request.PointsOfCurve), File.Exists(ImportFiles.Resolve(folders, arguments.File)));
    }
}
