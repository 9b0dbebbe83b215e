using ReviewStudio.Core.Training.Backtest;

namespace ReviewStudio.Cli;

/// <summary>Tells of a backtest: points as JSON lines on standard output where they are asked for, progress on standard error.</summary>
internal sealed class BacktestOnConsole(bool json) : IBacktestListener
{
    private readonly Lock _writing = new();

    public Task ProgressAsync(long done, long? total, string words)
    {
        lock (_writing)
        {
            Console.Error.WriteLine(total is > 0 ? FormattableString.Invariant($"{100.0 * done / total:0} %  {words}") : words);
        }

        return Task.CompletedTask;
    }

    public Task PointAsync(BacktestPoint point)
    {
        if (json)
        {
            lock (_writing)
            {
                CommandLine.PrintJson(new { point.Strategy, point.Seed, point.Labels, MacroF1 = Math.Round(point.MacroF1, 6), Accuracy = Math.Round(point.Accuracy, 6), point.Found });
            }
        }

        return Task.CompletedTask;
    }
}
