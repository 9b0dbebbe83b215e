using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Security;

/// <summary>The signed-in person as an <see cref="Actor"/>, for pages and endpoints.</summary>
public sealed class ActorAccessor(AuthenticationStateProvider authentication)
{
    public const string NameClaim = "display_name";

    /// <exception cref="ForbiddenException">Nobody is signed in.</exception>
    public async Task<Actor> CurrentAsync() => From((await authentication.GetAuthenticationStateAsync()).User);

    /// <summary>The person behind a principal.</summary>
    /// <exception cref="ForbiddenException">Nobody is signed in.</exception>
    public static Actor From(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var id)
            ? new Actor(
                id,
                user.FindFirstValue(NameClaim) ?? user.Identity?.Name ?? "",
                user.FindAll(ClaimTypes.Role).Select(c => c.Value).ToHashSet(StringComparer.Ordinal))
            : throw new ForbiddenException("Sign in to do this.");
    }
}
