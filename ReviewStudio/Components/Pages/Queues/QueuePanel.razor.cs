using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using ReviewStudio.Components.Pages.Policies;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Settings;

namespace ReviewStudio.Components.Pages.Queues;

/// <summary>The form of a queue's settings.</summary>
public sealed partial class QueuePanel : ComponentBase
{
    [Parameter, EditorRequired]
    public QueueFormState Form { get; set; } = null!;

    /// <summary>The queue as it is; null for one to be made.</summary>
    [Parameter]
    public QueueOverview? Overview { get; set; }

    /// <summary>Policies to choose from for a new queue.</summary>
    [Parameter]
    public IReadOnlyList<PolicySummary> Policies { get; set; } = [];

    [Parameter]
    public bool MayEdit { get; set; }

    [Parameter]
    public bool Busy { get; set; }

    [Parameter]
    public string? Message { get; set; }

    [Parameter]
    public string? Failure { get; set; }

    [Parameter]
    public EventCallback OnSave { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public EventCallback<bool> OnArchive { get; set; }

    /// <summary>Throws the form away and shows the settings as they are.</summary>
    [Parameter]
    public EventCallback OnReload { get; set; }

    private QueueSettings S => Form.Settings;

    /// <summary>What the arrival weight means, in days.</summary>
    private string Trade => S.ArrivalWeight > 0 && double.IsFinite(S.UncertaintyWeight / S.ArrivalWeight)
        ? string.Create(CultureInfo.InvariantCulture, $"Served first: most uncertain, most severe, longest waiting. With these weights a case that the model is sure of overtakes one that it is unsure of after {S.UncertaintyWeight / S.ArrivalWeight:N0} more days of waiting.")
        : "Served first: most uncertain, then most severe. Without a weight for waiting, a case may wait for ever.";

    private Task Key(KeyboardEventArgs e) => e.Key == "Escape" ? OnClose.InvokeAsync() : Task.CompletedTask;

    private string? Bad(string property) => Form.At(property).Count > 0 ? "true" : null;

    private void Name(ChangeEventArgs e)
    {
        var name = e.Value?.ToString() ?? "";
        if (Form.IsNew && (Form.Queue.Key.Length == 0 || string.Equals(Form.Queue.Key, PolicyEditorState.KeyOf(S.Name), StringComparison.Ordinal)))
        {
            Form.Queue.Key = PolicyEditorState.KeyOf(name);
        }

        Form.Change(s => s.Name = name);
    }
}
