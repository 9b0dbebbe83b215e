using MudBlazor;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Layout;

/// <summary>An entry of the rail on the left.</summary>
/// <param name="Policy">The authorization policy of its page: who may not open it does not see it.</param>
public sealed record RailEntry(string Name, string Href, string Icon, string Policy);

/// <summary>The pages that there are, in the order of the rail.</summary>
public static class Rail
{
    public static IReadOnlyList<RailEntry> All { get; } =
    [
        new("Review", "/review", Icons.Material.Outlined.RateReview, Access.Review),
        new("Queues", "/queues", Icons.Material.Outlined.Inbox, Access.ManageQueues),
        new("Agreement", "/agreement", Icons.Material.Outlined.Handshake, Access.SeeAgreement),
        new("Policies", "/policies", Icons.Material.Outlined.Gavel, Access.SeePolicies),
        new("Scanning", "/scanning", Icons.Material.Outlined.Radar, Access.SeeScanning),
        new("Datasets", "/datasets", Icons.Material.Outlined.Dataset, Access.SeeDatasets),
        new("Models", "/models", Icons.Material.Outlined.Hub, Access.SeeModels),
        new("Backtest", "/backtest", Icons.Material.Outlined.ShowChart, Access.ManageModels),
        new("Import", "/import", Icons.Material.Outlined.UploadFile, Access.Import),
        new("API keys", "/api-keys", Icons.Material.Outlined.VpnKey, Access.UseKeys),
        new("Webhooks", "/webhooks", Icons.Material.Outlined.Webhook, Access.Administer),
        new("Accounts", "/admin/accounts", Icons.Material.Outlined.People, Access.Administer),
        new("System", "/admin/system", Icons.Material.Outlined.MonitorHeart, Access.Administer),
    ];

    /// <summary>The entries that the person may open and that have a page.</summary>
    public static IEnumerable<RailEntry> For(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return All.Where(entry => Pages.Value.Contains(entry.Href)
            && (actor.Is(Roles.Admin) || Access.Roles[entry.Policy].Any(actor.Is)));
    }

    private static readonly Lazy<HashSet<string>> Pages = new(() => typeof(Rail).Assembly.GetTypes()
        .SelectMany(t => t.GetCustomAttributes(typeof(Microsoft.AspNetCore.Components.RouteAttribute), inherit: false))
        .Select(a => ((Microsoft.AspNetCore.Components.RouteAttribute)a).Template)
        .ToHashSet(StringComparer.Ordinal));
}
