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

/// <summary>What is open beside the labels.</summary>
public enum BenchPanel
{
    None,
    Help,
    Guidance,
    Skip,
    Escalate,
    HandOn,
}

/// <summary>A selection as the browser tells it.</summary>
public sealed record SelectedSpan(int Part, int Start, int End);

/// <summary>A region or a stretch as the browser tells it.</summary>
public sealed record MediaMark(int PartOrdinal, string Kind, double Start, double End, double Top, double Bottom);

/// <summary>The review page: keys and clicks become calls on <see cref="WorkbenchState"/>.</summary>
public sealed partial class Workbench : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private DotNetObjectReference<Workbench>? _self;
    private List<WorkQueue> _queues = [];
    private List<Colleague> _colleagues = [];
    private BenchPanel _panel;
    private string? _focused;
    private string _loop = "";
    private Actor _actor = Actor.System;

    [Inject]
    private WorkbenchState State { get; set; } = null!;

    [Inject]
    private OpenBenches Benches { get; set; } = null!;

    [Inject]
    private ActorAccessor Actors { get; set; } = null!;

    [Inject]
    private CountWork Counting { get; set; } = null!;

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

    /// <summary>A key press, from the page's one listener.</summary>
    /// <param name="key">The browser's name of the key.</param>
    /// <param name="selected">What was selected, for the highlighting key.</param>
    /// <param name="task">The task that was on screen: a key pressed before the next item is painted never judges it.</param>
    [JSInvokable]
    public async Task KeyAsync(string key, SelectedSpan? selected, string? task)
    {
        ArgumentNullException.ThrowIfNull(key);
        var sheet = State.Current;
        switch (key.ToLowerInvariant())
        {
            case "escape":
                Close();
                break;
            case "?":
                Open(BenchPanel.Help);
                break;
            case "u":
                await UndoAsync();
                break;
            case var _ when sheet is null:
                break;
            case "s":
                Open(BenchPanel.Skip);
                break;
            case "e":
                Open(BenchPanel.Escalate);
                break;
            case "b":
                Open(BenchPanel.HandOn);
                break;
            case "g":
                Open(_panel == BenchPanel.Guidance ? BenchPanel.None : BenchPanel.Guidance);
                break;
            case "h" when selected is { } span:
                State.Begun.Toggle(span.Part, span.Start, span.End);
                break;
            case var hotKey when sheet.Policy.Labels.Find(l => string.Equals(l.HotKey, hotKey, StringComparison.OrdinalIgnoreCase)) is { } label:
                if (long.TryParse(task, CultureInfo.InvariantCulture, out var seen))
                {
                    await JudgeAsync(label, seen);
                }

                break;
        }

        StateHasChanged();
    }

    /// <summary>A region or a stretch that was marked in a picture, a sound or a video.</summary>
    /// <param name="task">The task that was on screen.</param>
    [JSInvokable]
    public void MarkAsync(MediaMark mark, string? task)
    {
        ArgumentNullException.ThrowIfNull(mark);
        if (State.Current is { } sheet && task == sheet.Claim.TaskId.ToString(CultureInfo.InvariantCulture) && Enum.TryParse<RationaleKind>(mark.Kind, out var kind))
        {
            State.Begun.Add(new RationaleMark(mark.PartOrdinal, kind, mark.Start, mark.End, mark.Top, mark.Bottom), sheet);
            StateHasChanged();
        }
    }

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

    private void Open(BenchPanel panel) => _panel = panel;

    private void Close() => _panel = BenchPanel.None;

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
