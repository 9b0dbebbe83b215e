using System.Text.Json;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>What a reviewer has begun on a task: kept on the server as JSON.</summary>
public sealed record WorkbenchDraft(string Note, IReadOnlyList<RationaleMark> Marks)
{
    public static WorkbenchDraft Empty { get; } = new("", []);

    public bool IsEmpty => Note.Length == 0 && Marks.Count == 0;

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads a stored draft; one that cannot be read is as good as none.</summary>
    public static WorkbenchDraft From(string? json)
    {
        try
        {
            return json is null ? Empty : JsonSerializer.Deserialize<WorkbenchDraft>(json) ?? Empty;
        }
        catch (JsonException)
        {
            return Empty;
        }
    }
}
