using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Security;

/// <summary>What account pages post to outside of a circuit, where cookies can be written.</summary>
internal static class AccountEndpoints
{
    public static IEndpointRouteBuilder MapAccountEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/account/logout", async ([FromServices] SignInManager<Reviewer> signIn) =>
        {
            await signIn.SignOutAsync();
            return TypedResults.LocalRedirect("/account/login");
        });

        endpoints.MapPost("/account/passkeys/creation-options", async (
            HttpContext context, [FromServices] UserManager<Reviewer> users, [FromServices] SignInManager<Reviewer> signIn) =>
        {
            if (await users.GetUserAsync(context.User) is not { } user)
            {
                return Results.Unauthorized();
            }

            var options = await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
            {
                Id = await users.GetUserIdAsync(user),
                Name = user.UserName ?? "",
                DisplayName = user.DisplayName,
            });
            return Results.Content(options, "application/json");
        });

        endpoints.MapPost("/account/passkeys/request-options", async ([FromServices] SignInManager<Reviewer> signIn) =>
            Results.Content(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json")).AllowAnonymous();
        return endpoints;
    }
}
