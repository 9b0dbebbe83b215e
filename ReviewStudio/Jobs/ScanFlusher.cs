using ReviewStudio.Core.Scanning;

namespace ReviewStudio.Jobs;

/// <summary>Writes down every few seconds, and at the end, what scans were counted.</summary>
public sealed class ScanFlusher(ScanLedger ledger, TimeProvider clock, ILogger<ScanFlusher> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FlushAsync(stoppingToken);
        }
    }

    private async Task FlushAsync(CancellationToken cancellation)
    {
        try
        {
            await ledger.FlushAsync(cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "Counts of scans could not be written; they are kept and tried again");
        }
    }
}
