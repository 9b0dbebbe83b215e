using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing.Template;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Security;

/// <summary>Which roles open an address: what a person who is refused is told.</summary>
public static class NeededRoles
{
    private static readonly Lazy<IReadOnlyList<(TemplateMatcher Matcher, string Policy)>> Pages = new(Read);

    /// <summary>The roles that open the page at this path, the administrator's last; empty when any account does, or none is known.</summary>
    public static IReadOnlyList<string> Of(string? path)
    {
        var plain = (path ?? "").Split('?', '#')[0];
        if (!plain.StartsWith('/'))
        {
            return [];
        }

        var match = Pages.Value.FirstOrDefault(page => page.Matcher.TryMatch(plain, []));
        if (match.Policy is { } policy)
        {
            return [.. Access.Roles[policy], Roles.Admin];
        }

        return plain.StartsWith("/admin/", StringComparison.OrdinalIgnoreCase) ? [Roles.Admin] : [];
    }

    /// <summary>What to say to somebody whose role does not open the path.</summary>
    public static string Words(string? path) => Of(path) switch
    {
        [] => "An administrator can grant the role that it needs.",
        [var only] => $"It needs the role {only}. An administrator can grant it.",
        var several => $"It needs one of the roles {string.Join(", ", several.Take(several.Count - 1))} or {several[^1]}. An administrator can grant one.",
    };

    private static List<(TemplateMatcher, string)> Read() =>
    [
        .. from type in typeof(NeededRoles).Assembly.GetTypes()
           let policy = type.GetCustomAttribute<AuthorizeAttribute>()?.Policy
           where policy is not null
           from route in type.GetCustomAttributes<RouteAttribute>(inherit: false)
           orderby route.Template.Contains('{', StringComparison.Ordinal)
           select (new TemplateMatcher(TemplateParser.Parse(route.Template.TrimStart('/')), []), policy),
    ];
}
