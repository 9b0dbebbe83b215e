using ReviewStudio.Core.Webhooks;

namespace ReviewStudio.Jobs;

/// <summary>
/// Hands events on and sends what is due, again and again. Each subscriber is served by itself, so that one who answers
/// slowly keeps nobody waiting. Every node may run it.
/// </summary>
public sealed class WebhookDispatcher(
    RelayOutbox relay, DeliverWebhooks deliver, TidyWebhooks tidy, TimeProvider clock, ILogger<WebhookDispatcher> log) : BackgroundService
{
    private const int AtOnce = 8;
    private const int TicksUntilTidy = 1_800;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Dictionary<long, Task> _serving = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            for (var tick = 0; await timer.WaitForNextTickAsync(stoppingToken); tick++)
            {
                await TickAsync(tick % TicksUntilTidy == 0, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_serving.Values);
        }
    }

    private async Task TickAsync(bool tidyUp, CancellationToken stop)
    {
        try
        {
            await relay.RunAsync(stop);
            foreach (var ended in _serving.Where(s => s.Value.IsCompleted).Select(s => s.Key).ToList())
            {
                _serving.Remove(ended);
            }

            foreach (var subscription in (await deliver.DueAsync(stop)).Where(s => !_serving.ContainsKey(s)).Take(AtOnce - _serving.Count))
            {
                _serving[subscription] = ServeAsync(subscription, stop);
            }

            if (tidyUp)
            {
                await tidy.RunAsync(stop);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "Handing webhook events on failed; it is tried again in {Seconds} s", Pause.TotalSeconds);
        }
    }

    private async Task ServeAsync(long subscription, CancellationToken stop)
    {
        try
        {
            await deliver.RunAsync(subscription, stop);
        }
        catch (OperationCanceledException)
        {
            // The program ends. What was leased is sent again when the lease is over.
        }
#pragma warning disable CA1031 // One subscriber's trouble must not end the loop that serves all.
        catch (Exception e)
        {
            log.LogError(e, "Sending to webhook subscription {Subscription} failed; it is tried again", subscription);
        }
#pragma warning restore CA1031
    }
}
