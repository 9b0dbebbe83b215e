using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using ReviewStudio.Components.Layout;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Security;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Architecture;

/// <summary>Nobody forgets to say who may open a page.</summary>
public sealed class PageAccessTests
{
    /// <summary>Pages for everybody who is signed in, whatever the role.</summary>
    private static readonly string[] AnyRole = ["/", "/account/me", "/account/denied"];

    /// <summary>Pages for everybody: ways in, and the two that say that something is amiss.</summary>
    private static readonly string[] Open = ["/account/login", "/account/code", "/account/password", "/setup", "/error", "/not-found"];

    public static TheoryData<string> Pages => [.. Routes().Select(r => r.Template)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_says_who_may_open_it(string template)
    {
        var page = Routes().First(r => r.Template == template).Page;
        var authorize = page.GetCustomAttribute<AuthorizeAttribute>();
        if (page.GetCustomAttribute<AllowAnonymousAttribute>() is not null)
        {
            Open.ShouldContain(template);
        }
        else if (!AnyRole.Contains(template))
        {
            Access.Roles.Keys.ShouldContain(authorize?.Policy ?? "no policy");
        }
        else
        {
            authorize.ShouldNotBeNull();
        }
    }

    [Fact]
    public void Rail_entry_demands_what_its_page_demands()
    {
        foreach (var entry in Rail.All)
        {
            if (Routes().FirstOrDefault(r => r.Template == entry.Href).Page is { } page)
            {
                page.GetCustomAttribute<AuthorizeAttribute>()?.Policy.ShouldBe(entry.Policy, entry.Name);
            }
        }
    }

    [Theory]
    [InlineData("/admin/accounts", "Admin")]
    [InlineData("/admin/jobs/recurring", "Admin")]
    [InlineData("/review?task=4", "Moderator,PolicyLead,Admin")]
    [InlineData("/account/me", "")]
    [InlineData("//elsewhere.example/admin/accounts", "")]
    [InlineData(null, "")]
    public void Refusal_names_the_roles_that_open_the_page(string? path, string roles) =>
        string.Join(',', NeededRoles.Of(path)).ShouldBe(roles);

    [Fact]
    public void Rail_shows_administration_to_administrators_alone()
    {
        static IEnumerable<string> Entries(params string[] roles) =>
            Rail.For(new Actor(1, "x", roles.ToHashSet(StringComparer.Ordinal))).Select(e => e.Href).Where(h => h.StartsWith("/admin", StringComparison.Ordinal));

        Entries(Roles.Moderator, Roles.PolicyLead, Roles.MLEngineer).ShouldBeEmpty();
        Entries(Roles.Admin).ShouldBe(["/admin/accounts", "/admin/system"]);
    }

    private static IEnumerable<(string Template, Type Page)> Routes() =>
        from type in typeof(Rail).Assembly.GetTypes()
        from route in type.GetCustomAttributes<RouteAttribute>(inherit: false)
        select (route.Template, type);
}
