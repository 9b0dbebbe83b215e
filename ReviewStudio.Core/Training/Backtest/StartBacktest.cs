using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>Looks a backtest over and starts its job. One is played at a time; others wait.</summary>
public sealed class StartBacktest(JobDesk jobs, StudioFolders folders) : IUseCase
{
    /// <returns>The job's key.</returns>
    /// <exception cref="RefusedException">The request or the file will not do; the message says what to change.</exception>
    public async Task<long> RunAsync(BacktestArguments arguments, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        var request = arguments.Request;
        request.Demand();
        await using (var reader = await RowReaders.OpenAsync(ImportFiles.Resolve(folders, arguments.File), arguments.FileName, format: null, cancellation))
        {
            LabelledFile.DemandColumns(reader.Columns, arguments.FileName, request);
        }

        var title = $"Backtest of {string.Join(", ", request.Strategies)} on {arguments.FileName}";
        return await jobs.StartAsync(new NewJob(BacktestJob.JobKind, title, arguments, BacktestJob.JobKind), actor, cancellation);
    }
}

/// <summary>What a person may do with a backtest.</summary>
public enum BacktestCommand
{
    Cancel,

    /// <summary>Go on with a cancelled or failed one: its complete curves stay.</summary>
    GoOn,
}

/// <summary>Cancels backtests, and goes on with them.</summary>
public sealed class SteerBacktest(JobDesk jobs) : IUseCase
{
    /// <exception cref="RefusedException"><c>backtest.unknown</c>.</exception>
    public async Task RunAsync(long jobId, BacktestCommand command, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        var job = await jobs.FindAsync(jobId, cancellation);
        if (job?.Kind != BacktestJob.JobKind)
        {
            throw new RefusedException("backtest.unknown", "There is no such backtest.");
        }

        await (command == BacktestCommand.Cancel ? jobs.CancelAsync(jobId, cancellation) : jobs.RetryAsync(jobId, cancellation));
    }
}
