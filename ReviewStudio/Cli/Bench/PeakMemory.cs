namespace ReviewStudio.Cli.Bench;

/// <summary>The largest resident set of this process while something ran, in MB: sampled, as the system's own mark cannot be reset everywhere.</summary>
internal sealed class PeakMemory : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _peak;
    private long _managed;

    public PeakMemory()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _watching = WatchAsync();
    }

    /// <summary>In MB of 1,000,000 bytes.</summary>
    public double Megabytes => Math.Round(Math.Max(_peak, Environment.WorkingSet) / 1e6, 1);

    /// <summary>The largest heap of managed objects, garbage included, in MB.</summary>
    public double ManagedMegabytes => Math.Round(_managed / 1e6, 1);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _peak = Math.Max(_peak, Environment.WorkingSet);
            _managed = Math.Max(_managed, GC.GetTotalMemory(forceFullCollection: false));
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
