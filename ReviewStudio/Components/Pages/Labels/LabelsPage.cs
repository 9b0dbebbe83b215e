using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Training;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Labels;

/// <summary>What the pages on the quality of labels have in common: a policy, chosen in the URL, and its labels' names.</summary>
public abstract class LabelsPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Dictionary<string, LabelSummary> _labels = [];

    [SupplyParameterFromQuery(Name = "policy")]
    public string? PolicyKey { get; set; }

    [Inject]
    public ListLoopPolicies ListPolicies { get; set; } = null!;

    [Inject]
    public ListPolicies ListLabels { get; set; } = null!;

    [Inject]
    public ActorAccessor Actors { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    public IReadOnlyList<LoopPolicy>? Policies { get; private set; }

    public LoopPolicy? Policy { get; private set; }

    /// <summary>What went wrong, in words for the person; null when nothing did.</summary>
    public string? Failure { get; set; }

    /// <summary>What was done, in words; null when nothing was.</summary>
    public string? Done { get; set; }

    public bool Busy { get; private set; }

    /// <summary>The labels in force, in their order.</summary>
    protected IReadOnlyCollection<LabelSummary> Labels => _labels.Values;

    protected Actor Actor { get; private set; } = Actor.System;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    public void Go(string policy) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("policy", policy));

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gone.Cancel();
            _gone.Dispose();
        }
    }

    /// <summary>Reads what the page shows of the policy.</summary>
    protected abstract Task ReadAsync(LoopPolicy policy, CancellationToken cancellation);

    protected override async Task OnParametersSetAsync()
    {
        Actor = await Actors.CurrentAsync();
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

    protected string Name(string key) => _labels.TryGetValue(key, out var label) ? label.Name : key;

    protected string Colour(string key) => _labels.TryGetValue(key, out var label) ? label.Colour : "#6b7280";

    private async Task TryAsync(Func<CancellationToken, Task> work)
    {
        (Busy, Failure, Done) = (true, null, null);
        try
        {
            await work(_gone.Token);
        }
        catch (RefusedException e)
        {
            Failure = e.Message;
        }
        catch (ForbiddenException e)
        {
            Failure = e.Message;
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        finally
        {
            Busy = false;
        }
    }
}
