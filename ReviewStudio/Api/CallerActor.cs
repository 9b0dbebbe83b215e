using System.Globalization;
using System.Security.Claims;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Api;

/// <summary>Reads from a signed-in principal who asks.</summary>
internal static class CallerActor
{
    /// <exception cref="ForbiddenException">Nobody is signed in.</exception>
    public static Actor Actor(this ClaimsPrincipal principal)
    {
        var id = principal.FindFirstValue(ClaimTypes.NameIdentifier)
            ?? throw new ForbiddenException("Sign in first.");
        return new Actor(
            long.Parse(id, CultureInfo.InvariantCulture),
            principal.Identity?.Name ?? "",
            principal.FindAll(ClaimTypes.Role).Select(c => c.Value).ToHashSet(StringComparer.Ordinal));
    }
}
