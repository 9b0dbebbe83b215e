using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Tells a program that is not let in why, as problem details; pages go on as they do.</summary>
internal sealed class RefusedCallers : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _usual = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await _usual.HandleAsync(next, context, policy, authorizeResult);
            return;
        }

        var (status, code, words) = Why(context, authorizeResult);
        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await Results.Problem(
            words, statusCode: status, title: status == StatusCodes.Status401Unauthorized ? "Not signed in" : "Not allowed",
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code }).ExecuteAsync(context);
    }

    private static (int Status, string Code, string Words) Why(HttpContext context, PolicyAuthorizationResult result)
    {
        if (result.Challenged)
        {
            return ApiKeySignIn.Carries(context.Request)
                ? (StatusCodes.Status401Unauthorized, "key.invalid", "This API key is unknown, expired or revoked. Make a new one on the page API keys.")
                : (StatusCodes.Status401Unauthorized, "auth.missing", "Send an API key as 'Authorization: Bearer rs_…', or sign in.");
        }

        var needed = context.GetEndpoint()?.Metadata.GetMetadata<NeededScope>()?.Name;
        return context.User.HasClaim(c => c.Type == ApiKeySignIn.KeyClaim) && (needed is null || !context.User.HasClaim(ApiKeySignIn.ScopeClaim, needed))
            ? (StatusCodes.Status403Forbidden, "key.scope", needed is null ? "This address takes no API key. Sign in to use it." : $"This API key has not the scope '{needed}'. Make one that has.")
            : (StatusCodes.Status403Forbidden, "auth.role", "The account has none of the roles that this needs. An administrator can grant one.");
    }
}
