using System.Globalization;
using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Datasets;

/// <summary>Snapshots of labelled examples, and the frozen sets. Policy, open snapshot and the one that it is compared with stand in the URL.</summary>
public sealed partial class DatasetsPage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private Actor? _actor;
    private bool _narrowing;
    private bool _erasing;
    private Task _following = Task.CompletedTask;

    [SupplyParameterFromQuery(Name = "policy")]
    public string? PolicyKey { get; set; }

    [SupplyParameterFromQuery(Name = "snapshot")]
    public string? SnapshotIdText { get; set; }

    private Guid? SnapshotId => Addressed.Id(SnapshotIdText);

    /// <summary>The snapshot that the open one is compared with.</summary>
    [SupplyParameterFromQuery(Name = "compare")]
    public string? CompareIdText { get; set; }

    private Guid? CompareId => Addressed.Id(CompareIdText);

    [Inject]
    private DatasetsState State { get; set; } = null!;

    [Inject]
    private ActorAccessor Actors { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    /// <summary>The policy that a new snapshot would be of.</summary>
    private LoopPolicy? Target => State.Policies switch
    {
        [var only] => only,
        { } several => several.FirstOrDefault(p => p.Key == PolicyKey),
        null => null,
    };

    private bool Running => State.Jobs.Any(j => !j.Ended);

    private bool MaySteer => _actor is not null && (_actor.Is(Roles.MLEngineer) || _actor.Is(Roles.Admin));

    private bool MayErase => _actor is not null && (_actor.Is(Roles.PolicyLead) || _actor.Is(Roles.Admin));

    private EventCallback<BackgroundJob> Cancel => EventCallback.Factory.Create<BackgroundJob>(this, job => SteerAsync(job, LoopCommand.Cancel));

    private EventCallback<BackgroundJob> Retry => EventCallback.Factory.Create<BackgroundJob>(this, job => SteerAsync(job, LoopCommand.GoOn));

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _following;
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _actor = await Actors.CurrentAsync();
        _following = FollowAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        _actor ??= await Actors.CurrentAsync();
        await State.GoAsync(PolicyKey, SnapshotId, _actor, _gone.Token);
        await State.CompareAsync(CompareId, _actor, _gone.Token);
    }

    private async Task FollowAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, Clock);
            for (var tick = 1; await timer.WaitForNextTickAsync(_gone.Token); tick++)
            {
                if (Running || tick % 10 == 0)
                {
                    await InvokeAsync(RefreshAsync);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    private async Task RefreshAsync()
    {
        await State.RefreshAsync(PolicyKey, _actor!, _gone.Token);
        StateHasChanged();
    }

    private async Task StartAsync(LoopPolicy policy, SnapshotOptions options)
    {
        _narrowing = false;
        await State.StartAsync(policy, options, _actor!, _gone.Token);
        await RefreshAsync();
    }

    private async Task EraseAsync(EraseRequest request)
    {
        _erasing = !await State.EraseAsync(request, _actor!, _gone.Token);
        await RefreshAsync();
    }

    private Task VerifyAsync() => State.VerifyAsync(_gone.Token);

    private async Task SteerAsync(BackgroundJob job, LoopCommand command)
    {
        await State.SteerAsync(job, command, _actor!, _gone.Token);
        await RefreshAsync();
    }

    private void Go(string? policy, Guid? snapshot) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["policy"] = string.IsNullOrEmpty(policy) ? null : policy, ["snapshot"] = snapshot, ["compare"] = null }));

    private void Compare(Guid? other) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("compare", other));

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
