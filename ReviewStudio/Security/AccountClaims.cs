using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Security;

/// <summary>Adds the display name to the sign-in ticket.</summary>
public sealed class AccountClaims(
    UserManager<Reviewer> users, RoleManager<IdentityRole<long>> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<Reviewer, IdentityRole<long>>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Reviewer user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(ActorAccessor.NameClaim, user.DisplayName));
        return identity;
    }
}
