using Microsoft.Extensions.Diagnostics.HealthChecks;
using ReviewStudio.Components.Pages.Review;

namespace ReviewStudio.Hosting;

/// <summary>
/// A node that is asked to end: it is unready from that moment, gives the claims of its open workbenches back, then
/// stops. Framework and jobs do the rest: connections are closed, so that browsers look for another node, and running
/// jobs go back in line.
/// </summary>
internal sealed class Leaving(OpenBenches benches, IHostApplicationLifetime lifetime, ILogger<Leaving> log) : IHostedLifecycleService, IHealthCheck
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);
    private volatile bool _leaving;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_leaving ? HealthCheckResult.Unhealthy("This node is leaving.") : HealthCheckResult.Healthy());

    /// <summary>
    /// A browser whose connection was closed asks for a new one at once, and the server would wait for that one to the end:
    /// it is told that nobody is here.
    /// </summary>
    public Task TurnAwayAsync(HttpContext context, RequestDelegate next)
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested || !context.Request.Path.StartsWithSegments("/_blazor"))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _leaving = true;
        try
        {
            await benches.ReleaseAsync().WaitAsync(Most, cancellationToken);
        }
#pragma warning disable CA1031 // What could not be given back runs out by its lease; the end must not wait for it.
        catch (Exception e)
        {
            log.LogWarning(e, "Not every claim of this node's reviewers was given back; the rest end with their leases");
        }
#pragma warning restore CA1031
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
