using ReviewStudio.Core.Content.Import.Reading;

namespace ReviewStudio.Core.Content.Import;

/// <summary>What to import, and how.</summary>
public sealed record ImportArguments
{
    /// <summary>The file's path below the import folder.</summary>
    public string File { get; init; } = "";

    /// <summary>The name that the file had where it came from.</summary>
    public string FileName { get; init; } = "";

    /// <summary>Null to tell it from the content.</summary>
    public SourceFormat? Format { get; init; }

    public ColumnMapping Columns { get; init; } = new();

    /// <summary>Where the paths of media files in the rows begin; empty where no files came along.</summary>
    public string MediaFolder { get; init; } = "";

    /// <summary>The folder that those paths may not leave.</summary>
    public string MediaRoot { get; init; } = "";

    /// <summary>The queue's key.</summary>
    public string Queue { get; init; } = "";

    /// <summary>The name that items are known by together with their id: <see cref="Item.Source"/>. Empty for the file's name.</summary>
    public string Source { get; init; } = "";

    /// <summary>The language of rows that name none; empty to detect it.</summary>
    public string Language { get; init; } = "";

    public LabelUse LabelUse { get; init; }

    /// <summary>Label keys by the value in the file. A value that is not in it must be a label's key or name.</summary>
    public IReadOnlyDictionary<string, string> LabelMap { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whose verdicts the labels are, where a row names nobody.</summary>
    public string PastReviewer { get; init; } = "";

    /// <summary>The external classifier's name, where scores come along.</summary>
    public string Classifier { get; init; } = "";

    /// <summary>Whether the uploaded copy is deleted once its rows are in.</summary>
    public bool DeleteFile { get; init; } = true;

    /// <summary>Whether some label may come in.</summary>
    public bool TakesLabels => Columns.Label is not null && (LabelUse != LabelUse.Ignore || Columns.Role is not null);
}

/// <summary>How far an import got: its resume point.</summary>
/// <param name="Row">Rows of the file that are dealt with.</param>
/// <param name="RejectBytes">Length of the reject file that belongs to them.</param>
/// <param name="Seconds">Working time so far.</param>
/// <param name="Complete">Nothing is left but to tell of it.</param>
public sealed record ImportProgress(long Row, long Added, long Existing, long Rejected, long RejectBytes, double Seconds, bool Complete)
{
    public static ImportProgress Start { get; } = new(0, 0, 0, 0, 0, 0, Complete: false);
}

/// <summary>What came of an import.</summary>
/// <param name="Added">Items that are new.</param>
/// <param name="Existing">Rows whose item was there already.</param>
/// <param name="Rejected">Rows in the reject file.</param>
/// <param name="Seconds">Working time.</param>
public sealed record ImportResult(long Added, long Existing, long Rejected, double Seconds);
