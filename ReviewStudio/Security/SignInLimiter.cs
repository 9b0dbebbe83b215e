using System.Threading.RateLimiting;

namespace ReviewStudio.Security;

/// <summary>
/// Slows down guessing across accounts: an address may post to the sign-in pages so often a minute. Guessing at one
/// account is stopped by its own lock.
/// </summary>
internal static class SignInLimiter
{
    /// <summary>Posts a minute and address, when <c>SignIn:PostsPerMinute</c> says nothing.</summary>
    public const int Usual = 60;

    private static readonly PathString[] Guarded = ["/account/login", "/account/code", "/account/password", "/account/passkeys", "/setup"];

    public static IServiceCollection AddSignInLimiter(this IServiceCollection services, IConfiguration configuration)
    {
        var posts = configuration.GetValue("SignIn:PostsPerMinute", Usual);
        return services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = async (context, cancellation) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "60";
                await context.HttpContext.Response.WriteAsync("Too many sign-in attempts from this address. Wait a minute, then try again.", cancellation);
            };
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                HttpMethods.IsPost(context.Request.Method) && Array.Exists(Guarded, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
                    ? RateLimitPartition.GetFixedWindowLimiter(
                        context.Connection.RemoteIpAddress?.ToString() ?? "",
                        _ => new FixedWindowRateLimiterOptions { PermitLimit = posts, Window = TimeSpan.FromMinutes(1) })
                    : RateLimitPartition.GetNoLimiter(""));
        });
    }
}
