using System.Globalization;
using Microsoft.JSInterop;
using ReviewStudio.Core.Review;
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

/// <summary>What the browser tells the review page: keys, and marks in pictures, sounds and videos.</summary>
public sealed partial class Workbench
{
    private BenchPanel _panel;

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
        if (Shown(task) is { } sheet && mark?.Read() is { } read)
        {
            State.Begun.Add(read, sheet);
            StateHasChanged();
        }
    }

    /// <summary>A stretch that was moved or sized where it is drawn.</summary>
    /// <param name="task">The task that was on screen.</param>
    [JSInvokable]
    public void MoveMarkAsync(MediaMark from, MediaMark to, string? task)
    {
        if (Shown(task) is { } sheet && from?.Read() is { } old && to?.Read() is { } moved)
        {
            State.Begun.Replace(old, moved, sheet);
            StateHasChanged();
        }
    }

    /// <summary>The sheet on screen, if it is the task that the browser speaks of.</summary>
    private TaskSheet? Shown(string? task) => State.Current is { } sheet && task == sheet.Claim.TaskId.ToString(CultureInfo.InvariantCulture) ? sheet : null;

    private bool Veiled(TaskSheet sheet) => sheet.Item.Parts.Exists(
        p => p.BlobHash is { } hash && (Veil.OfPolicy(Severe(sheet), _viewing).Length > 0 || Veil.OfFaces(sheet.Encoded.GetValueOrDefault(hash), _viewing).Length > 0));

    private void Open(BenchPanel panel) => _panel = panel;

    private void Close() => _panel = BenchPanel.None;
}
