using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>How often the API may be called.</summary>
public sealed class ApiLimits
{
    /// <summary>Requests a minute, for each key, account, or address of somebody unknown; 1 to 1,000,000.</summary>
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Scans a minute, counted apart: an upstream service asks for each of its posts. 1 to 100,000,000.</summary>
    public int ScansPerMinute { get; set; } = 600_000;
}

/// <summary>Limits requests by caller, and says in each answer what is left (the RateLimit headers).</summary>
internal sealed class ApiLimiter(RequestDelegate next, IOptions<ApiLimits> limits, TimeProvider clock) : IAsyncDisposable
{
    private const string Scans = "scan:";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetFixedWindowLimiter(
        caller, _ => new FixedWindowRateLimiterOptions { PermitLimit = Most(limits.Value, caller), Window = Window }));

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        var caller = IsScan(context) ? Scans + Caller(context) : Caller(context);
        var most = Most(limits.Value, caller);
        using var lease = _limiter.AttemptAcquire(caller);
        var left = _limiter.GetStatistics(caller)?.CurrentAvailablePermits ?? 0;
        var reset = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 60 - clock.GetUtcNow().Second;
        context.Response.Headers["RateLimit-Limit"] = most.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["RateLimit-Remaining"] = left.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["RateLimit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }

        context.Response.Headers.RetryAfter = reset.ToString(CultureInfo.InvariantCulture);
        await Results.Problem(
            $"More than {most:N0} requests within a minute. Wait {reset} seconds, then go on.", statusCode: StatusCodes.Status429TooManyRequests,
            title: "Too many requests", extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "rate.limit" }).ExecuteAsync(context);
    }

    public ValueTask DisposeAsync() => _limiter.DisposeAsync();

    private static bool IsScan(HttpContext context) => context.Request.Path.Equals("/api/v1/scan", StringComparison.OrdinalIgnoreCase);

    private static int Most(ApiLimits limits, string caller) => caller.StartsWith(Scans, StringComparison.Ordinal) ? limits.ScansPerMinute : limits.RequestsPerMinute;

    internal static string Caller(HttpContext context) => context.User switch
    {
        { Identity.IsAuthenticated: true } user when user.FindFirstValue(ApiKeySignIn.KeyClaim) is { } key => $"key:{key}",
        { Identity.IsAuthenticated: true } user => $"account:{user.FindFirstValue(ClaimTypes.NameIdentifier)}",
        _ => $"address:{context.Connection.RemoteIpAddress}",
    };
}
