using ReviewStudio.Core.Queue.Holding;

namespace ReviewStudio.Jobs;

/// <summary>Brings back tasks whose reviewers have gone.</summary>
public sealed class LeaseSweeper(SweepLeases sweep, TimeProvider clock, ILogger<LeaseSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await sweep.RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Sweeping leases failed; it is tried again in {Seconds} s", Pause.TotalSeconds);
            }
        }
    }
}
