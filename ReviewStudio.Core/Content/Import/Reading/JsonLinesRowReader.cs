using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>One JSON object a line. Objects inside of it become columns with a dotted name; lists stay JSON.</summary>
internal sealed class JsonLinesRowReader : IRowReader
{
    private const int RowsForColumns = 1_000;
    private const int Deepest = 4;
    private static readonly byte[] Blank = " \t\r\ufeff"u8.ToArray();

    private readonly FileStream _file;

    private JsonLinesRowReader(FileStream file, IReadOnlyList<string> columns)
    {
        _file = file;
        Columns = columns;
    }

    public SourceFormat Format => SourceFormat.JsonLines;

    public IReadOnlyList<string> Columns { get; }

    public double Fraction => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    public static async Task<JsonLinesRowReader> OpenAsync(FileStream file, string name, CancellationToken cancellation)
    {
        var columns = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rows = 0;
        await foreach (var row in RowsAsync(file, keepNulls: true, cancellation))
        {
            columns.AddRange(row.Values.Keys.Where(seen.Add));
            if (++rows == RowsForColumns)
            {
                break;
            }
        }

        return columns.Count > 0
            ? new JsonLinesRowReader(file, columns)
            : throw new RefusedException("import.json", $"{name} has no JSON object in its first {RowsForColumns:N0} lines. Write one object a line.");
    }

    public IAsyncEnumerable<SourceRow> ReadAsync(CancellationToken cancellation) => RowsAsync(_file, keepNulls: false, cancellation);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static async IAsyncEnumerable<SourceRow> RowsAsync(FileStream file, bool keepNulls, [EnumeratorCancellation] CancellationToken cancellation)
    {
        file.Position = 0;
        var lines = new BoundedLines(file, ReadLimits.Row);
        while (await lines.ReadAsync(cancellation))
        {
            if (lines.TooLong || lines.Line.Span.TrimStart(Blank).Length > 0)
            {
                yield return Row(lines, keepNulls);
            }
        }
    }

    private static SourceRow Row(BoundedLines lines, bool keepNulls)
    {
        string Raw() => Encoding.UTF8.GetString(lines.Line.Span[..Math.Min(lines.Line.Length, 4 * SourceRow.StartLength)]);
        if (lines.TooLong)
        {
            return SourceRow.Bad(lines.Number, $"The line is longer than {ReadLimits.RowInWords}. Shorten it, or leave it out.", Raw());
        }

        var line = lines.Line;
        line = line.Span.StartsWith("\ufeff"u8) ? line[3..] : line;
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return SourceRow.Bad(lines.Number, "The line is not a JSON object. Write one object a line.", Raw());
            }

            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            Flatten(document.RootElement, "", 1, keepNulls, values);
            return TextCheck.Find(values) is { } bad ? new SourceRow(lines.Number, values, bad) : new SourceRow(lines.Number, values);
        }
        catch (JsonException e)
        {
            return SourceRow.Bad(lines.Number, $"The line is not valid JSON (at byte {e.BytePositionInLine + 1}). Write one complete object a line, in UTF-8.", Raw());
        }
        catch (InvalidOperationException)
        {
            // What the parser throws for an escaped half of a character.
            return SourceRow.Bad(lines.Number, "The line contains half of a character (a lone surrogate). Export the file again.", Raw());
        }
    }

    private static void Flatten(JsonElement element, string prefix, int depth, bool keepNulls, Dictionary<string, string> values)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object when depth < Deepest:
                    Flatten(property.Value, name + ".", depth + 1, keepNulls, values);
                    break;
                case JsonValueKind.String:
                    values[name] = property.Value.GetString()!;
                    break;
                case JsonValueKind.Null when !keepNulls:
                    break;
                case JsonValueKind.Null:
                    values[name] = "";
                    break;
                default:
                    values[name] = property.Value.GetRawText();
                    break;
            }
        }
    }
}
