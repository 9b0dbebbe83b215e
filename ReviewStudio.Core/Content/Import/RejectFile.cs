using System.Globalization;
using CsvHelper;

namespace ReviewStudio.Core.Content.Import;

/// <summary>A row that was left out.</summary>
/// <param name="Line">Where it begins in the file, from 1.</param>
/// <param name="Reason">Why, and what to do about it.</param>
/// <param name="Start">How the row begins.</param>
public sealed record RejectedRow(long Line, string Reason, string Start);

/// <summary>
/// The rows that an import left out, as a CSV file beside the upload. It is written ahead of the commit that counts its
/// rows, so whatever lies beyond the committed length belongs to a batch that never was and is cut off.
/// </summary>
internal sealed class RejectFile(string path)
{
    // A cell that begins like a formula must not run when a spreadsheet opens the file.
    private static readonly CsvWriterOptions Csv = new() { Injection = CsvInjection.Escape, HasHeader = false, NewLine = "\n" };

    /// <summary>Cuts the file to a committed length, adds rows, and waits until they are on the disk.</summary>
    /// <returns>The new length in bytes.</returns>
    public long Append(long committedLength, IReadOnlyCollection<RejectedRow> rows)
    {
        if (rows.Count == 0 && (committedLength > 0 || !File.Exists(path)))
        {
            return committedLength;
        }

        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        file.SetLength(committedLength);
        file.Position = committedLength;
        if (rows.Count > 0)
        {
            using var csv = CsvWriter.Create(file, Csv, leaveOpen: true);
            if (committedLength == 0)
            {
                csv.WriteRecord(["line", "reason", "row"]);
            }

            foreach (var row in rows)
            {
                csv.WriteRecord([row.Line.ToString(CultureInfo.InvariantCulture), row.Reason, row.Start]);
            }
        }

        file.Flush(flushToDisk: true);
        return file.Length;
    }
}
