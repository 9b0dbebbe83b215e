using System.Runtime.CompilerServices;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>CSV and TSV: a header line, then a record a row.</summary>
internal sealed class DelimitedRowReader : IRowReader
{
    private readonly FileStream _file;
    private readonly StreamReader _text;
    private readonly DelimitedRecords _records;

    private DelimitedRowReader(FileStream file, StreamReader text, DelimitedRecords records, SourceFormat format, IReadOnlyList<string> columns)
    {
        _file = file;
        _text = text;
        _records = records;
        Format = format;
        Columns = columns;
    }

    public SourceFormat Format { get; }

    public IReadOnlyList<string> Columns { get; }

    public double Fraction => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    public static async Task<DelimitedRowReader> OpenAsync(FileStream file, SourceFormat format, string name, CancellationToken cancellation)
    {
        var sample = new byte[64 * 1024];
        var length = await file.ReadAtLeastAsync(sample, sample.Length, throwOnEndOfStream: false, cancellation);
        var encoding = TextEncodings.Of(sample.AsSpan(0, length), out var mark);
        var delimiter = format == SourceFormat.Tsv ? '\t' : FormatSniffer.Delimiter(encoding.GetString(sample, mark, length - mark));
        file.Position = mark;
        var text = new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: false, 64 * 1024, leaveOpen: true);
        var records = new DelimitedRecords(text, delimiter, ReadLimits.Row);
        if (!await records.ReadAsync(cancellation))
        {
            throw new RefusedException("import.empty", $"{name} is empty. Export it again, or choose another file.");
        }

        if (records.Problem is { } problem)
        {
            throw new RefusedException("import.header", $"The header of {name} cannot be read. {problem}");
        }

        return new DelimitedRowReader(file, text, records, format, Name(records.Fields));
    }

    public async IAsyncEnumerable<SourceRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await _records.ReadAsync(cancellation))
        {
            yield return Row();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _text.Dispose();
        await _file.DisposeAsync();
    }

    private SourceRow Row()
    {
        var fields = _records.Fields;
        var raw = _records.Problem is not null || fields.Count != Columns.Count ? string.Join(" | ", fields) : "";
        if (_records.Problem is { } problem)
        {
            return SourceRow.Bad(_records.Line, problem, raw);
        }

        if (fields.Count != Columns.Count)
        {
            return SourceRow.Bad(
                _records.Line, $"The row has {fields.Count} fields, the header has {Columns.Count}. Put text that contains the delimiter in quotes.", raw);
        }

        var values = new Dictionary<string, string>(fields.Count, StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            values[Columns[i]] = fields[i];
        }

        return TextCheck.Find(values) is { } bad ? new SourceRow(_records.Line, values, bad) : new SourceRow(_records.Line, values);
    }

    /// <summary>Column names, with names made up where the header has none or has one twice.</summary>
    private static List<string> Name(IReadOnlyList<string> header)
    {
        var names = new List<string>(header.Count);
        for (var i = 0; i < header.Count; i++)
        {
            var wanted = header[i].Trim() is { Length: > 0 } given ? given : $"column {i + 1}";
            var name = wanted;
            for (var copy = 2; names.Contains(name, StringComparer.Ordinal); copy++)
            {
                name = $"{wanted} ({copy})";
            }

            names.Add(name);
        }

        return names;
    }
}
