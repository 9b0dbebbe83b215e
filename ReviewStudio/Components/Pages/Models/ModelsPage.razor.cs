using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using ReviewStudio.Components.Controls;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Models;

/// <summary>The heads of a policy: which one serves, how it came to, and what is being trained. Policy and open head stand in the URL.</summary>
public sealed partial class ModelsPage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private Actor? _actor;
    private Task _following = Task.CompletedTask;
    private int _picker;

    [SupplyParameterFromQuery(Name = "policy")]
    public string? PolicyKey { get; set; }

    [SupplyParameterFromQuery(Name = "head")]
    public string? HeadNumberText { get; set; }

    private int? HeadNumber => Addressed.Number(HeadNumberText);

    [Inject]
    private ModelsState State { get; set; } = null!;

    [Inject]
    private ActorAccessor Actors { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private bool MayManage => _actor is not null && (_actor.Is(Roles.MLEngineer) || _actor.Is(Roles.Admin));

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

    protected override async Task OnParametersSetAsync() => await State.GoAsync(PolicyKey, HeadNumber, _actor ??= await Actors.CurrentAsync(), _gone.Token);

    private async Task FollowAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, Clock);
            for (var tick = 1; await timer.WaitForNextTickAsync(_gone.Token); tick++)
            {
                // Labels and schedules start trainings as well: now and then the page looks though nothing runs.
                if (State.View is { Training: true } || tick % 5 == 0)
                {
                    await InvokeAsync(async () =>
                    {
                        await State.RefreshAsync(_actor!, _gone.Token);
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

    private async Task ImportAsync(InputFileChangeEventArgs picked)
    {
        await using var stream = picked.File.OpenReadStream(ImportHead.LargestFile + 1, _gone.Token);
        await State.ImportAsync(stream, picked.File.Name, _actor!, _gone.Token);

        // A fresh element, so that the same file can be chosen again.
        _picker++;
    }

    private Task TrainAsync() => State.TrainAsync(_actor!, _gone.Token);

    private Task RollBackAsync() => State.RollBackAsync(_actor!, _gone.Token);

    private Task ServeAsync(HeadView head) => State.ServeAsync(head, _actor!, _gone.Token);

    private Task RejectAsync(HeadView head) => State.RejectAsync(head, _actor!, _gone.Token);

    private Task SteerAsync(BackgroundJob job, LoopCommand command) => State.SteerAsync(job, command, _actor!, _gone.Token);

    private void Go(string? policy, int? head) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["policy"] = policy, ["head"] = head }));

    private static string Learnt(HeadView head) => head.Head.TrainedOn > 0
        ? string.Create(CultureInfo.InvariantCulture, $"learnt from {head.Head.TrainedOn:N0} examples · {head.Head.Trainer}")
        : $"trained elsewhere · {head.Head.Trainer}";

    private static string Missing(ModelsView view) => view.Labels switch
    {
        0 => "Judge some cases in the review queue, or import labelled content; then train.",
        _ when view.Heads.Count == 0 => "There are labels to learn from: train a first one.",
        _ => "Open a head below to see what its gates say.",
    };

    /// <summary>Macro-F1 with its interval, or why there is none.</summary>
    private static RenderFragment Score(HeadView head) => builder =>
    {
        builder.OpenComponent<RateWithInterval>(0);
        builder.AddComponentParameter(1, nameof(RateWithInterval.Value), head.Report?.MacroF1?.Value);
        builder.AddComponentParameter(2, nameof(RateWithInterval.Lower), head.Report?.MacroF1?.Lower);
        builder.AddComponentParameter(3, nameof(RateWithInterval.Upper), head.Report?.MacroF1?.Upper);
        builder.AddComponentParameter(4, nameof(RateWithInterval.N), head.Report?.MacroF1?.N);
        builder.AddComponentParameter(5, nameof(RateWithInterval.Missing), "not measured");
        builder.AddComponentParameter(6, nameof(RateWithInterval.Title), "Macro-F1 on the frozen cases at the time of its gates, with the 95 % interval");
        builder.CloseComponent();
    };
}
