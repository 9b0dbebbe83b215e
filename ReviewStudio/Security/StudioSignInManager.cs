using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Security;

/// <summary>Signs in active accounts only.</summary>
public sealed class StudioSignInManager(
    UserManager<Reviewer> users,
    IHttpContextAccessor context,
    IUserClaimsPrincipalFactory<Reviewer> claims,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<Reviewer>> log,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Reviewer> confirmation)
    : SignInManager<Reviewer>(users, context, claims, options, log, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(Reviewer user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.Active && await base.CanSignInAsync(user);
    }
}
