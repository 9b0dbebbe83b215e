using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ReviewStudio.Core.Accounts.Keys;

namespace ReviewStudio.Security;

/// <summary>Signs a program in by the API key in its <c>Authorization: Bearer</c> header. Only addresses below <c>/api</c> take keys.</summary>
public sealed class ApiKeySignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ResolveApiKey resolve)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    /// <summary>The scheme that chooses between a key and the sign-in cookie.</summary>
    public const string Either = "KeyOrCookie";

    /// <summary>Claims of a caller by key.</summary>
    public const string KeyClaim = "api_key";
    public const string ScopeClaim = "scope";

    private const string Bearer = "Bearer ";

    /// <summary>Whether a request carries a key.</summary>
    public static bool Carries(HttpRequest request) =>
        request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers[HeaderNames.Authorization].ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    /// <summary>Registers the scheme and the choice.</summary>
    public static AuthenticationBuilder AddTo(AuthenticationBuilder authentication)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        return authentication.AddScheme<AuthenticationSchemeOptions, ApiKeySignIn>(SchemeName, null)
            .AddPolicyScheme(Either, null, choice => choice.ForwardDefaultSelector = context => Carries(context.Request) ? SchemeName : IdentityConstants.ApplicationScheme);
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers[HeaderNames.Authorization].ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (await resolve.RunAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is not { } caller)
        {
            return AuthenticateResult.Fail("The key is unknown, expired or revoked.");
        }

        var identity = new ClaimsIdentity(SchemeName, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, caller.Actor.ReviewerId.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, caller.Actor.Name));
        identity.AddClaim(new Claim(ActorAccessor.NameClaim, caller.Actor.Name));
        identity.AddClaim(new Claim(KeyClaim, caller.Prefix));
        identity.AddClaims(caller.Actor.Roles.Select(role => new Claim(ClaimTypes.Role, role)));
        identity.AddClaims(caller.Scopes.Select(scope => new Claim(ScopeClaim, scope)));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}

/// <summary>The scope that a key needs at an endpoint.</summary>
public sealed record NeededScope(string Name);

/// <summary>A key opens an endpoint only where the endpoint names a scope, and the key has it. People by cookie need none.</summary>
public sealed class ScopeRequirement : IAuthorizationRequirement;

/// <inheritdoc cref="ScopeRequirement"/>
public sealed class ScopeHandler : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        ArgumentNullException.ThrowIfNull(context);
        var endpoint = (context.Resource as HttpContext)?.GetEndpoint();
        var needed = endpoint?.Metadata.GetMetadata<NeededScope>()?.Name;

        // What has no route opens nothing: it is how the framework says that address, method or kind of body are wrong.
        var opens = context.Resource is not HttpContext || endpoint is RouteEndpoint;
        if (!opens || !context.User.HasClaim(c => c.Type == ApiKeySignIn.KeyClaim) || (needed is not null && context.User.HasClaim(ApiKeySignIn.ScopeClaim, needed)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
