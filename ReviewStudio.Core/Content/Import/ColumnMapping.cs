using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Which column of a file holds what; null where it has none.</summary>
public sealed record ColumnMapping
{
    public string Text { get; init; } = "";

    /// <summary>The parts, where an item has several or media: a JSON array of texts and paths.</summary>
    public string? Parts { get; init; }

    /// <summary>The id at the source. Without one, an item is known by its text.</summary>
    public string? Id { get; init; }

    public string? Language { get; init; }

    public string? Author { get; init; }

    public string? Thread { get; init; }

    public string? ReplyTo { get; init; }

    public string? PublishedAt { get; init; }

    public string? Label { get; init; }

    /// <summary>Who gave the label.</summary>
    public string? Reviewer { get; init; }

    /// <summary>What becomes of the row's label, where rows differ: gold, verdict (or train), frozen (or test), ignore.</summary>
    public string? Role { get; init; }

    /// <summary>Columns with an external classifier's probabilities, by label key.</summary>
    public IReadOnlyDictionary<string, string> Scores { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <exception cref="RefusedException">A column is not in the file, or none is named for the text.</exception>
    public void Demand(IReadOnlyList<string> columns, string file)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (Text.Length == 0 && Parts is null)
        {
            throw new RefusedException("import.text", $"Say which column of {file} holds the text. It has: {string.Join(", ", columns)}.");
        }

        string?[] wanted = [Text, Parts, Id, Language, Author, Thread, ReplyTo, PublishedAt, Label, Reviewer, Role, .. Scores.Values];
        if (Array.Find(wanted, c => c is { Length: > 0 } && !columns.Contains(c, StringComparer.Ordinal)) is { } missing)
        {
            throw new RefusedException("import.column", $"{file} has no column '{missing}'. Choose one of: {string.Join(", ", columns)}.");
        }
    }
}
