using System.Diagnostics;
using ReviewStudio.Core.Queue.Counting;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Jobs;

/// <summary>Keeps the counts that pages show of long queues, and rests twenty times as long as the counting took.</summary>
public sealed class TallyKeeper(CountQueues queues, CountVerdicts verdicts, TimeProvider clock, ILogger<TallyKeeper> log) : BackgroundService
{
    private const int Rests = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                await verdicts.RunAsync(stoppingToken);
                await queues.RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Counting queues failed; it is tried again");
            }

            var rest = watch.Elapsed * Rests;
            await Task.Delay(rest > Pause ? rest : Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
