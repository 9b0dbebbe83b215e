using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Policies;

/// <summary>Reads a policy: one version at a time, or what it changed; which one stands in the URL.</summary>
public sealed partial class PolicyPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private PolicyDetails? _policy;
    private string? _failure;

    [Parameter]
    public string Key { get; set; } = "";

    /// <summary>The version shown; that in force when absent.</summary>
    [SupplyParameterFromQuery(Name = "v")]
    public string? VText { get; set; }

    private int? V => Addressed.Number(VText);

    /// <summary>Whether the changes against the version before are shown.</summary>
    [SupplyParameterFromQuery(Name = "changes")]
    public string? ChangesText { get; set; }

    private bool Changes => Addressed.Flag(ChangesText) ?? false;

    [Inject]
    public ActorAccessor Actors { get; set; } = null!;

    [Inject]
    public GetPolicy Get { get; set; } = null!;

    [Inject]
    public ArchivePolicy Archive { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    private bool MayEdit { get; set; }

    private VersionDetails? Shown => V is { } number
        ? _policy!.Versions.FirstOrDefault(v => v.Number == number)
        : _policy!.InForce ?? _policy.Versions.FirstOrDefault();

    private VersionDetails? Before => _policy!.Versions.FirstOrDefault(v => v.Number < Shown!.Number);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_policy?.Key != Key)
        {
            await ReadAsync();
        }
    }

    private async Task ReadAsync()
    {
        var actor = await Actors.CurrentAsync();
        MayEdit = actor.Is(Roles.PolicyLead) || actor.Is(Roles.Admin);
        await TryAsync(async () => _policy = await Get.RunAsync(Key, actor, _gone.Token));
    }

    private Task ArchiveAsync(bool archived) => TryAsync(async () =>
    {
        await Archive.RunAsync(Key, archived, await Actors.CurrentAsync(), _gone.Token);
        await ReadAsync();
    });

    private async Task TryAsync(Func<Task> act)
    {
        _failure = null;
        try
        {
            await act();
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException)
        {
            _failure = e.Message;
        }
    }

    private void Go(int? version, bool changes) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["v"] = version, ["changes"] = changes ? true : null }));
}
