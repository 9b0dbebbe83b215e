using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Security;
using static ReviewStudio.Components.Pages.Review.SheetWords;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>The review page: keys and clicks become calls on <see cref="WorkbenchState"/>. Here is the course of the sitting; what the browser tells stands beside it.</summary>
public sealed partial class Workbench : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private DotNetObjectReference<Workbench>? _self;
    private List<WorkQueue> _queues = [];
    private List<Colleague> _colleagues = [];
    private string? _focused;
    private string _loop = "";
    private Actor _actor = Actor.System;
    private Viewing _viewing = new();

    [Inject]
    private WorkbenchState State { get; set; } = null!;

    [Inject]
    private OpenBenches Benches { get; set; } = null!;

    [Inject]
    private ActorAccessor Actors { get; set; } = null!;

    [Inject]
    private CountWork Counting { get; set; } = null!;

    [Inject]
    private ReadViewing Viewings { get; set; } = null!;

    [Inject]
    private ListColleagues ColleagueList { get; set; } = null!;

    [Inject]
    private LoopLine Loop { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "queue")]
    private string? QueueText { get; set; }

    [SupplyParameterFromQuery(Name = "policy")]
    private string? PolicyText { get; set; }

    [SupplyParameterFromQuery(Name = "language")]
    private string? Language { get; set; }

    [SupplyParameterFromQuery(Name = "source")]
    private string? Source { get; set; }

    [SupplyParameterFromQuery(Name = "modality")]
    private string? Modality { get; set; }

    /// <summary>A case to settle before anything else.</summary>
    [SupplyParameterFromQuery(Name = "settle")]
    private string? SettleText { get; set; }

    // An address that somebody typed or cut off must not end the page: what is no number is no filter.
    private long? Queue => Number(QueueText);

    private long? Policy => Number(PolicyText);

    private Guid? Settle => Guid.TryParse(SettleText, out var id) ? id : null;

    private ClaimRequest Filter => new(Queue, Policy, Language, Modality, Source);

    private string Waiting => State.Counts.Waiting > CountWork.CountedAtMost
        ? $"{CountWork.CountedAtMost:N0}+"
        : State.Counts.Waiting.ToString("N0", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        Benches.Remove(State);
        State.Changed -= OnChanged;
        await State.ReleaseAsync();
        try
        {
            await Js.InvokeVoidAsync("studioWorkbench.detach");
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone first.
        }

        _self?.Dispose();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Benches.Add(State);
        _actor = await Actors.CurrentAsync();
        State.Changed += OnChanged;
        _viewing = await Viewings.RunAsync(_actor, _gone.Token);
        _queues = await Counting.QueuesAsync(_gone.Token);
        _colleagues = await ColleagueList.RunAsync(_actor, _gone.Token);
        await State.StartAsync(Filter, _actor, Settle);
        if (Settle is not null)
        {
            // It is taken now; a reload goes on where the person is by then.
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("settle", (Guid?)null), replace: true);
        }

        _ = TickAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await Js.InvokeVoidAsync("studioWorkbench.attach", _self);
        }
    }

    private async Task JudgeAsync(PolicyLabel label, long task)
    {
        Close();
        await State.JudgeAsync(label.Key, task);
        await Js.InvokeVoidAsync("studioWorkbench.top", "#bench-item");
    }

    private async Task UndoAsync()
    {
        Close();
        await State.UndoAsync();
    }

    private async Task SkipAsync(string reason)
    {
        Close();
        await State.SkipAsync(reason);
    }

    private async Task EscalateAsync(string message)
    {
        Close();
        await State.EscalateAsync(message);
    }

    private async Task HandOnAsync((long To, string Message) handover)
    {
        Close();
        await State.HandOverAsync(handover.To, handover.Message);
    }

    private Task LookAgainAsync() => State.LookAgainAsync();

    private async Task FilterAsync(ClaimRequest filter)
    {
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["queue"] = filter.QueueId,
            ["policy"] = filter.PolicyId,
            ["language"] = filter.Language,
            ["source"] = filter.Source,
            ["modality"] = filter.Modality,
        }));
        await State.StartAsync(filter, _actor);
    }

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);

    /// <summary>Once a second: the undo chip counts down; less often the draft, the heartbeat and the counts.</summary>
    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Clock);
        try
        {
            for (var second = 1; await timer.WaitForNextTickAsync(_gone.Token); second++)
            {
                var beat = second;
                await InvokeAsync(async () =>
                {
                    await State.SaveDraftAsync();
                    if (State.Undoable is { } chip && Clock.GetUtcNow().UtcDateTime > chip.Until)
                    {
                        State.DropUndo();
                    }

                    if (beat % 2 == 0)
                    {
                        _loop = await Loop.ReadAsync(State.Current?.Policy.PolicyId, _gone.Token);
                    }

                    if (beat % 5 == 0 && State.Current is null && !State.Loading)
                    {
                        await State.LookAgainAsync();
                    }

                    if (beat % Math.Clamp((State.Current?.LeaseSeconds ?? 60) / 4, 5, 60) == 0)
                    {
                        await State.HeartbeatAsync();
                    }

                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private int SecondsLeft(UndoChip chip) => Math.Max(0, (int)Math.Ceiling((chip.Until - Clock.GetUtcNow().UtcDateTime).TotalSeconds));
}
