using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>The last verdict while it may be undone.</summary>
public sealed record UndoChip(Guid VerdictId, string LabelName, DateTime Until, WorkbenchDraft Draft);

/// <summary>
/// What the workbench does, without its looks. One task is on screen and the next one is already claimed, so that a
/// verdict paints at once. Claims are held by heartbeats and found again after a dropped connection.
/// </summary>
public sealed class WorkbenchState(
    TaskFeed feed,
    VerdictSender sender,
    UndoVerdict undo,
    PutBackTask putBack,
    SaveDraft drafts,
    CountWork counts,
    ExplainText explain,
    TimeProvider clock)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ShownCounts _counts = new(counts, clock);
    private Actor _actor = Actor.System;
    private long _shownAt;

    /// <summary>Raised whenever something on screen changed outside of a key press.</summary>
    public event Action? Changed;

    public ClaimRequest Filter { get; private set; } = new();

    public TaskSheet? Current { get; private set; }

    public WorkCounts Counts => _counts.Current;

    public UndoChip? Undoable { get; private set; }

    /// <summary>What went wrong, in words for the reviewer; null when nothing did.</summary>
    public string? Problem { get; private set; }

    public bool Loading { get; private set; } = true;

    /// <summary>What has been begun on the task on screen.</summary>
    public BegunAnswer Begun { get; } = new();

    /// <summary>Effects by part ordinal; filled a moment after the text is shown.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<WordEffect>> Effects { get; private set; } = new Dictionary<int, IReadOnlyList<WordEffect>>();

    /// <summary>Begins, with claims left from an earlier connection first.</summary>
    /// <param name="settle">A case to settle before anything else.</param>
    public async Task StartAsync(ClaimRequest filter, Actor actor, Guid? settle = null)
    {
        await ReleaseAsync();
        (Filter, _actor, Loading, Problem, Undoable) = (filter, actor, true, null, null);
        Show(await StartFeedAsync(settle));
        await CountAsync();
        Loading = false;
    }

    private async Task<TaskSheet?> StartFeedAsync(Guid? settle)
    {
        try
        {
            return await feed.StartAsync(Filter, _actor, settle);
        }
        catch (Exception e) when (settle is not null && e is RefusedException or ForbiddenException)
        {
            Problem = e.Message;
            return await feed.StartAsync(Filter, _actor);
        }
    }

    /// <summary>Answers the task on screen and moves to the next one.</summary>
    /// <param name="labelKey">The answer.</param>
    /// <param name="taskId">The task that the reviewer saw; when another is on screen by now, nothing happens.</param>
    public Task JudgeAsync(string labelKey, long taskId) => InTurnAsync(async sheet =>
    {
        var label = sheet.Policy.Labels.Find(l => l.Key == labelKey);
        if (label is null || sheet.Claim.TaskId != taskId)
        {
            return;
        }

        var judged = false;
        var draft = Begun.Draft;
        var request = new VerdictRequest(
            Guid.CreateVersion7(), sheet.Claim, sheet.Policy.Id, labelKey, (int)clock.GetElapsedTime(_shownAt).TotalMilliseconds, draft.Note.Trim(), draft.Marks);
        try
        {
            var recorded = await sender.RunAsync(request, _actor);
            judged = true;
            Undoable = new UndoChip(recorded.VerdictId, label.Name, recorded.UndoUntil, draft);
        }
        catch (RefusedException e)
        {
            Problem = e.Message;
            if (e.Code != "lease.stale")
            {
                return;
            }
        }

        await AdvanceAsync(judged);
    });

    /// <summary>Takes the last verdict back and shows its task again, note and marks as they were.</summary>
    public async Task UndoAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (Undoable is not { } chip)
            {
                return;
            }

            Undoable = null;
            await SaveDraftAsync();
            var reopened = await undo.RunAsync(chip.VerdictId, Guid.CreateVersion7(), _actor, CancellationToken.None);
            if (Current is { } interrupted)
            {
                // It comes back as it is left, with what was typed since its draft was saved last.
                await feed.PutAheadAsync(interrupted with { DraftJson = Begun.Draft.ToJson() });
            }

            Show(await feed.OpenAsync(reopened));
            Begun.Restore(chip.Draft);
            await CountAsync();
        }
        catch (RefusedException e)
        {
            Problem = e.Message;
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task SkipAsync(string reason) => PutBackAsync(sheet => putBack.SkipAsync(sheet.Claim, reason, _actor, CancellationToken.None));

    public Task EscalateAsync(string message) => PutBackAsync(sheet => putBack.EscalateAsync(sheet.Claim, message, _actor, CancellationToken.None));

    public Task HandOverAsync(long toReviewerId, string message) =>
        PutBackAsync(sheet => putBack.HandOverAsync(sheet.Claim, toReviewerId, message, _actor, CancellationToken.None));

    /// <summary>Saves the draft if it changed; called on a timer and before leaving.</summary>
    public async Task SaveDraftAsync()
    {
        if (Current is { } sheet && Begun.Changed)
        {
            var draft = Begun.Draft;
            try
            {
                await drafts.RunAsync(sheet.Claim.TaskId, draft.ToJson(), _actor, CancellationToken.None);
                Begun.Saved(draft);
            }
            catch (RefusedException e)
            {
                Problem = e.Message;
            }
        }
    }

    /// <summary>Keeps both claims alive; called well within the lease.</summary>
    public async Task HeartbeatAsync()
    {
        await InTurnAsync(async sheet =>
        {
            if (!await feed.RenewAsync(sheet))
            {
                Problem = "Your claim on this task ran out while you were away. Your draft is kept; here is the next task.";
                await AdvanceAsync(judged: false);
            }
        });
        Changed?.Invoke();
    }

    /// <summary>Looks for work again when there was none.</summary>
    public async Task LookAgainAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (Current is null)
            {
                Show(await feed.NextAsync());
            }

            await CountAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives the prefetched claim back; the one on screen stays, as the page may come back.</summary>
    public async Task ReleaseAsync()
    {
        await SaveDraftAsync();
        await feed.ReleaseAsync();
        Current = null;
    }

    public void DismissProblem() => Problem = null;

    public void DropUndo() => Undoable = null;

    private Task PutBackAsync(Func<TaskSheet, Task> give) => InTurnAsync(async sheet =>
    {
        try
        {
            await give(sheet);
        }
        catch (RefusedException e)
        {
            Problem = e.Message;
            if (e.Code != "lease.stale")
            {
                return;
            }
        }

        await AdvanceAsync(judged: false);
    });

    private async Task InTurnAsync(Func<TaskSheet, Task> work)
    {
        await _turn.WaitAsync();
        try
        {
            if (Current is { } sheet)
            {
                await work(sheet);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="judged">Whether the task was answered, and not given back.</param>
    private async Task AdvanceAsync(bool judged)
    {
        if (!judged)
        {
            await SaveDraftAsync();
        }

        Show(await feed.NextAsync());
        await _counts.AnsweredAsync(Filter, _actor, judged);
    }

    private void Show(TaskSheet? sheet)
    {
        Current = sheet;
        Begun.Show(sheet?.DraftJson);
        Effects = new Dictionary<int, IReadOnlyList<WordEffect>>();
        _shownAt = clock.GetTimestamp();
        if (sheet is { Prediction: { } prediction })
        {
            _ = ExplainAsync(sheet, prediction);
        }
    }

    private async Task ExplainAsync(TaskSheet sheet, ShownPrediction prediction)
    {
        try
        {
            // Of several parts, each text is asked about the label that all together make likeliest.
            var likeliest = prediction.ByLabel.Count == 0 ? null : prediction.ByLabel.MaxBy(p => p.Value).Key;
            var effects = await Task.Run(() => sheet.Item.Parts.Where(p => p.Text is { Length: > 0 })
                .ToDictionary(p => p.Ordinal, p => explain.Run(prediction.HeadFileHash, p.Text!, sheet.Item.Language, likeliest)));
            if (ReferenceEquals(sheet, Current))
            {
                Effects = effects;
                Changed?.Invoke();
            }
        }
        catch (InvalidHeadException)
        {
            // The words stay without highlights: the head's file has gone, which the system page tells.
        }
    }

    private Task CountAsync() => _counts.CountAsync(Filter, _actor);
}
