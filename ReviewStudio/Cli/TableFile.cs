using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import.Reading;

namespace ReviewStudio.Cli;

/// <summary>A file of rows that a verb computes on: nothing in it may be broken, for a figure over half a file is a wrong figure.</summary>
public static class TableFile
{
    /// <summary>Opens it.</summary>
    /// <exception cref="RefusedException">It is missing, empty or of no format that can be read.</exception>
    public static Task<IRowReader> OpenAsync(FileInfo file, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Exists
            ? RowReaders.OpenAsync(file.FullName, file.Name, format: null, cancellation)
            : throw new RefusedException("file.missing", $"There is no file {file.FullName}. Check the path.");
    }

    /// <exception cref="RefusedException">The file has no such column; the message names those it has.</exception>
    public static string Column(IRowReader reader, FileInfo file, string option, string column)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(file);
        return reader.Columns.Contains(column, StringComparer.Ordinal)
            ? column
            : throw new RefusedException("file.column", $"{file.Name} has no column '{column}' for {option}. It has: {Listed(reader.Columns)}.");
    }

    /// <summary>The row, if it could be read.</summary>
    /// <exception cref="RefusedException">It could not.</exception>
    public static SourceRow Whole(SourceRow row, FileInfo file)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(file);
        return row.Error is null ? row : throw new RefusedException("file.row", $"{file.Name}, line {row.Line}: {row.Error}");
    }

    /// <summary>The value of a cell that must not be empty.</summary>
    /// <exception cref="RefusedException">It is empty.</exception>
    public static string Needed(SourceRow row, FileInfo file, string column)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(file);
        return row[column].Trim() is { Length: > 0 } value
            ? value
            : throw new RefusedException("file.cell", $"{file.Name}, line {row.Line}: '{column}' is empty. Fill it in, or leave the row out.");
    }

    public static string Listed(IReadOnlyCollection<string> names) =>
        names.Count <= 30 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(30))} and {names.Count - 30} more";
}
