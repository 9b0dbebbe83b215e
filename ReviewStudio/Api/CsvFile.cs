using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ReviewStudio.Api;

/// <summary>Rows of cells as a CSV file (RFC 4180), streamed.</summary>
internal static class CsvFile
{
    public static PushStreamHttpResult Of(IEnumerable<object?[]> rows, string name, CancellationToken stop) =>
        TypedResults.Stream(stream => WriteAsync(stream, rows, stop), "text/csv", name);

    private static async Task WriteAsync(Stream stream, IEnumerable<object?[]> rows, CancellationToken stop)
    {
        await using var writer = new StreamWriter(stream, leaveOpen: true);
        foreach (var row in rows)
        {
            stop.ThrowIfCancellationRequested();
            await writer.WriteAsync(string.Join(',', row.Select(Cell)) + "\r\n");
        }
    }

    private static string Cell(object? value)
    {
        var text = value switch
        {
            null => "",
            DateTime at => at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

        // A name that begins like a formula would be run by a spreadsheet program.
        if (value is string && text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal))
        {
            text = "'" + text;
        }

        return text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
