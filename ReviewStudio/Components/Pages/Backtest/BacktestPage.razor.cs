using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training.Backtest;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Backtest;

/// <summary>The backtest page: a labelled file is chosen and played; curves grow while it runs. The one shown stands in the URL.</summary>
public sealed partial class BacktestPage : ComponentBase, IAsyncDisposable
{
    private const long LargestUpload = 2L << 30;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private Actor _actor = Actor.System;
    private Task _following = Task.CompletedTask;
    private int _picker;
    private bool _starting;

    [SupplyParameterFromQuery(Name = "run")]
    public string? RunIdText { get; set; }

    private Guid? RunId => Addressed.Id(RunIdText);

    [Inject]
    private BacktestState State { get; set; } = null!;

    [Inject]
    private ActorAccessor Actors { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

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
        _actor = await Actors.CurrentAsync();
        await State.LoadAsync(RunId, _actor, _gone.Token);
    }

    private async Task ReceiveAsync(InputFileChangeEventArgs picked)
    {
        await using var stream = picked.File.OpenReadStream(LargestUpload, _gone.Token);
        await State.ReceiveAsync(stream, picked.File.Name, () => _ = InvokeAsync(StateHasChanged), _actor, _gone.Token);

        // A fresh element, so that the same file can be chosen again.
        _picker++;
    }

    private async Task StartAsync()
    {
        _starting = true;
        if (await State.StartAsync(_actor, _gone.Token) && State.Open is { } open)
        {
            Go(open);
        }

        _starting = false;
    }

    private Task SteerAsync(BackgroundJob job, BacktestCommand command) => State.SteerAsync(job.Id, command, _actor, _gone.Token);

    private void Go(BacktestEntry entry) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("run", entry.Job.PublicId));

    private async Task FollowAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, Clock);
            for (var tick = 1; await timer.WaitForNextTickAsync(_gone.Token); tick++)
            {
                if (State.Busy || tick % 10 == 0)
                {
                    await InvokeAsync(async () =>
                    {
                        await State.LoadAsync(RunId, _actor, _gone.Token);
                        StateHasChanged();
                    });
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }
}
