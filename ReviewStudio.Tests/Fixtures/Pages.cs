using System.Globalization;
using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using ReviewStudio.Core;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Security;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Pages rendered in memory over the use cases of a <see cref="TestStudio"/>, for one signed-in person.</summary>
public sealed class Pages : BunitContext
{
    public Pages(TestStudio studio, Actor actor)
    {
        Services.AddSingleton<TimeProvider>(studio.Clock);
        foreach (var type in typeof(IUseCase).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IUseCase))))
        {
            Services.AddSingleton(type, _ => studio.Get(type));
        }

        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
        var authorization = this.AddAuthorization();
        authorization.SetAuthorized(actor.Name);
        authorization.SetRoles([.. actor.Roles]);
        authorization.SetClaims(new Claim(ClaimTypes.NameIdentifier, actor.ReviewerId.ToString(CultureInfo.InvariantCulture)));
        Services.AddScoped(provider => new ActorAccessor(provider.GetRequiredService<AuthenticationStateProvider>()));
    }
}
