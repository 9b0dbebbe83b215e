using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Training;

namespace ReviewStudio.Components.Pages.Labels;

/// <summary>What the pages on the quality of labels have in common: a policy, chosen in the URL, and its labels' names.</summary>
public abstract class LabelsPage : ActingPage
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private Dictionary<string, LabelSummary> _labels = [];
    private bool _following;

    [SupplyParameterFromQuery(Name = "policy")]
    public string? PolicyKey { get; set; }

    [Inject]
    public ListLoopPolicies ListPolicies { get; set; } = null!;

    [Inject]
    public ListPolicies ListLabels { get; set; } = null!;

    [Inject]
    public TimeProvider Clock { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    public IReadOnlyList<LoopPolicy>? Policies { get; private set; }

    public LoopPolicy? Policy { get; private set; }

    /// <summary>The labels in force, in their order.</summary>
    protected IReadOnlyCollection<LabelSummary> Labels => _labels.Values;

    public void Go(string policy) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("policy", policy));

    /// <summary>Reads what the page shows of the policy.</summary>
    protected abstract Task ReadAsync(LoopPolicy policy, CancellationToken cancellation);

    protected override async Task OnParametersSetAsync()
    {
        await KnowActorAsync();
        await TryAsync(async stop =>
        {
            Policies ??= await ListPolicies.RunAsync(Actor, stop);
            Policy = Policies.FirstOrDefault(p => string.Equals(p.Key, PolicyKey, StringComparison.Ordinal)) ?? Policies.FirstOrDefault();
            if (Policy is { } policy)
            {
                _labels = (await ListLabels.RunAsync(withArchived: true, Actor, stop)).Where(p => p.Key == policy.Key)
                    .SelectMany(p => p.Labels).ToDictionary(l => l.Key, StringComparer.Ordinal);
                await ReadAsync(policy, stop);
            }
        });
    }

    /// <summary>Does something and reads the page anew.</summary>
    protected Task ActAsync(Func<CancellationToken, Task> work, string done) => TryAsync(async stop =>
    {
        await work(stop);
        Done = done;
        await ReadAsync(Policy!, stop);
    });

    /// <summary>Reads the page again each second while something is being measured for it.</summary>
    /// <param name="goesOn">Whether it still is.</param>
    protected void Follow(Func<bool> goesOn, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(goesOn);
        if (!_following && goesOn())
        {
            _following = true;
            _ = FollowAsync(goesOn, cancellation);
        }
    }

    private async Task FollowAsync(Func<bool> goesOn, CancellationToken cancellation)
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, Clock);
            while (goesOn() && await timer.WaitForNextTickAsync(cancellation))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync(Policy!, cancellation);
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        catch (RefusedException e)
        {
            Failure = e.Message;
            await InvokeAsync(StateHasChanged);
        }
        finally
        {
            _following = false;
        }
    }

    protected string Name(string key) => _labels.TryGetValue(key, out var label) ? label.Name : key;

    protected string Colour(string key) => _labels.TryGetValue(key, out var label) ? label.Colour : "#6b7280";
}
