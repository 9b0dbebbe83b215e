using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Settings;

namespace ReviewStudio.Components.Pages.Scanning;

/// <summary>A page on what stops content whatever a head says: for which policy, label and outcome something new shall be.</summary>
public abstract class StopListPage : ActingPage
{
    private string _policyKey = "";

    [Inject]
    public ReadScanning Read { get; set; } = null!;

    [Inject]
    public TimeProvider Clock { get; set; } = null!;

    protected IReadOnlyList<PolicyScanning> Policies { get; private set; } = [];

    /// <summary>The chosen policy; its first harmful label is chosen with it.</summary>
    protected string PolicyKey
    {
        get => _policyKey;
        set => (_policyKey, LabelKey) = (value, LabelsOf(value).FirstOrDefault()?.Key ?? "");
    }

    protected string LabelKey { get; set; } = "";

    protected ScanOutcome Outcome { get; set; } = ScanOutcome.Block;

    protected IEnumerable<PolicyLabel> Labels => LabelsOf(PolicyKey);

    protected bool MayChange => Actor.Is(Roles.PolicyLead) || Actor.Is(Roles.Admin);

    protected DateTime Now => Clock.GetUtcNow().UtcDateTime;

    /// <summary>Reads what the page lists.</summary>
    protected abstract Task ListAsync(CancellationToken cancellation);

    protected override async Task OnInitializedAsync()
    {
        await KnowActorAsync();
        await TryAsync(async stop =>
        {
            Policies = await Read.RunAsync(Actor, stop);
            PolicyKey = Policies.FirstOrDefault()?.Form.Policy ?? "";
            await ListAsync(stop);
        });
    }

    /// <summary>Does something and lists anew.</summary>
    /// <returns>Whether it was done.</returns>
    protected Task<bool> ActAsync(Func<CancellationToken, Task> work) => TryAsync(async stop =>
    {
        await work(stop);
        await ListAsync(stop);
    });

    private IEnumerable<PolicyLabel> LabelsOf(string policy) => Policies.FirstOrDefault(p => p.Form.Policy == policy)?.Version.Labels.Where(l => !l.Benign) ?? [];
}
