namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>One row of a file: its values by column, or why it could not be read.</summary>
/// <param name="Line">Where it begins: the line in a text file, the row in a Parquet file; from 1.</param>
/// <param name="Values">The values by column name; empty for a row that could not be read. Absent means empty.</param>
/// <param name="Error">Why it could not be read; null for a good row.</param>
/// <param name="Raw">How a row that could not be read begins; empty for a good row.</param>
public sealed record SourceRow(long Line, IReadOnlyDictionary<string, string> Values, string? Error = null, string Raw = "")
{
    /// <summary>The longest <see cref="Start"/>, in UTF-16 units.</summary>
    public const int StartLength = 200;

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How the row begins, for a person to recognise it.</summary>
    public string Start => Cut(Raw.Length == 0 ? string.Join(" | ", Values.Values.Select(Cut)) : Raw);

    /// <summary>The value of a column; empty when the row has none, or when no column is meant.</summary>
    public string this[string? column] => column is null ? "" : Values.GetValueOrDefault(column, "");

    internal static SourceRow Bad(long line, string error, string raw) => new(line, Nothing, error, Cut(raw));

    private static string Cut(string text) => text.Length <= StartLength ? text : text[..StartLength] + "…";
}

/// <summary>Reads a file row by row, in memory that does not grow with the file.</summary>
public interface IRowReader : IAsyncDisposable
{
    SourceFormat Format { get; }

    /// <summary>Column names in the order of the file; for JSON lines those of its first rows.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>How much of the file is read, in 0..1.</summary>
    double Fraction { get; }

    /// <summary>The rows from the first on. A row that cannot be read comes as one with an error.</summary>
    /// <exception cref="Accounts.RefusedException">The file itself is damaged from here on.</exception>
    IAsyncEnumerable<SourceRow> ReadAsync(CancellationToken cancellation);
}
