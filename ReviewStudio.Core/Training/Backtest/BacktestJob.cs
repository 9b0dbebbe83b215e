using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>What a backtest job is asked for.</summary>
/// <param name="File">The file's path below the import folder.</param>
/// <param name="FileName">What it was called where it came from.</param>
public sealed record BacktestArguments(string File, string FileName, BacktestRequest Request);

/// <summary>How far a backtest is: its resume point. Curves that are complete in it are not played again.</summary>
public sealed record BacktestProgress(IReadOnlyList<BacktestPoint> Points);

/// <summary>A backtest as a job. Its points are kept as they come, so that the page draws them and a new holder goes on.</summary>
public sealed class BacktestJob(RunBacktest run, StudioFolders folders) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "backtest";

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var arguments = job.Arguments<BacktestArguments>();
        var done = job.Resume<BacktestProgress>()?.Points ?? [];
        using var keeper = new Keeper(job, done, stop);
        var file = new BacktestFile(ImportFiles.Resolve(folders, arguments.File), arguments.FileName, done);
        return await run.RunAsync(file, arguments.Request, keeper, job.Actor, stop);
    }

    /// <summary>Keeps what is told in the job's row, one after another.</summary>
    private sealed class Keeper(JobContext job, IReadOnlyList<BacktestPoint> done, CancellationToken stop) : IBacktestListener, IDisposable
    {
        private readonly SemaphoreSlim _one = new(1, 1);
        private readonly List<BacktestPoint> _points = [.. done];

        public Task ProgressAsync(long done, long? total, string words) => InTurnAsync(() => job.ReportAsync(done, total, words, stop));

        public Task PointAsync(BacktestPoint point) => InTurnAsync(() =>
        {
            // A curve that was broken off is played anew: its new points replace the old ones.
            _points.RemoveAll(p => p.Strategy == point.Strategy && p.Seed == point.Seed && p.Labels >= point.Labels);
            _points.Add(point);
            return job.SaveResumeAsync(new BacktestProgress(_points), stop);
        });

        public void Dispose() => _one.Dispose();

        private async Task InTurnAsync(Func<Task> act)
        {
            await _one.WaitAsync(stop);
            try
            {
                await act();
            }
            finally
            {
                _one.Release();
            }
        }
    }
}
