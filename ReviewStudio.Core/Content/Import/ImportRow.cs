namespace ReviewStudio.Core.Content.Import;

/// <summary>A row of the file on its way in: what it says, checked as far as that can be done without the database.</summary>
/// <param name="Label">The label as the file spells it; null when the row has none that is used.</param>
/// <param name="Language">Null where it is to be detected.</param>
internal sealed record ImportRow(
    long Line,
    string Start,
    string ExternalId,
    string Text,
    string? Language,
    string Author,
    string Thread,
    string ReplyTo,
    DateTime? PublishedAt,
    LabelUse Use,
    string? Label,
    string? Reviewer,
    IReadOnlyDictionary<string, double>? Scores)
{
    /// <summary>Texts and files in their order; empty where the text is all.</summary>
    public IReadOnlyList<RowPart> Parts { get; init; } = [];
}

/// <summary>The row cannot come in, for the reason that the message gives.</summary>
#pragma warning disable CA1032 // Thrown and caught in one place, always with a reason.
internal sealed class RowProblemException(string reason) : Exception(reason);
#pragma warning restore CA1032
