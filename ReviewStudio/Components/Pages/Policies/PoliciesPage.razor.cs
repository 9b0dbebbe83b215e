using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Policies;

/// <summary>All policies; the filter stands in the URL.</summary>
public sealed partial class PoliciesPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private List<PolicySummary>? _policies;
    private string? _failure;
    private bool? _read;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "archived")]
    public string? ArchivedText { get; set; }

    private bool? Archived => Addressed.Flag(ArchivedText);

    [Inject]
    public ActorAccessor Actors { get; set; } = null!;

    [Inject]
    public ListPolicies List { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    private bool MayEdit { get; set; }

    private List<PolicySummary> Shown => [.. (_policies ?? []).Where(Fits)];

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_read == (Archived ?? false))
        {
            return;
        }

        _read = Archived ?? false;
        var actor = await Actors.CurrentAsync();
        MayEdit = actor.Is(Roles.PolicyLead) || actor.Is(Roles.Admin);
        try
        {
            _policies = await List.RunAsync(Archived ?? false, actor, _gone.Token);
            _failure = null;
        }
        catch (ForbiddenException e)
        {
            _failure = e.Message;
        }
    }

    private bool Fits(PolicySummary policy)
    {
        var q = Q?.Trim() ?? "";
        return q.Length == 0
            || policy.Name.Contains(q, StringComparison.CurrentCultureIgnoreCase)
            || policy.Key.Contains(q, StringComparison.OrdinalIgnoreCase)
            || policy.Labels.Any(l => l.Name.Contains(q, StringComparison.CurrentCultureIgnoreCase));
    }

    private void Go(string? q, bool? archived) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["q"] = string.IsNullOrWhiteSpace(q) ? null : q.Trim(),
        ["archived"] = archived == true ? true : null,
    }));
}
