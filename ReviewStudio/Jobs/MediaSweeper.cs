using ReviewStudio.Core.Content.Media;

namespace ReviewStudio.Jobs;

/// <summary>Forgets media that never became a part of an item.</summary>
public sealed class MediaSweeper(SweepMedia sweep, TimeProvider clock, ILogger<MediaSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        DateTime? since = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                since = await sweep.RunAsync(since, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Sweeping media failed; it is tried again in {Hours} h", Pause.TotalHours);
            }
        }
    }
}
