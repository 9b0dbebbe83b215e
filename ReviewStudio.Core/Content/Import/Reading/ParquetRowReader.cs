using System.Globalization;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>Parquet, one row group at a time. Columns of lists and maps are left out.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    private readonly FileStream _file;
    private readonly ParquetReader _reader;
    private readonly DataField[] _fields;
    private readonly string _name;
    private readonly long _total;
    private long _row;

    private ParquetRowReader(FileStream file, ParquetReader reader, DataField[] fields, string name)
    {
        _file = file;
        _reader = reader;
        _fields = fields;
        _name = name;
        _total = reader.RowGroups.Sum(g => g.RowCount);
        Columns = [.. fields.Select(Name)];
    }

    public SourceFormat Format => SourceFormat.Parquet;

    public IReadOnlyList<string> Columns { get; }

    public double Fraction => _total == 0 ? 1 : (double)_row / _total;

    public static async Task<ParquetRowReader> OpenAsync(FileStream file, string name, CancellationToken cancellation)
    {
        ParquetReader reader;
        try
        {
            reader = await ParquetReader.CreateAsync(file, new ParquetOptions(), leaveStreamOpen: true, cancellation);
        }
#pragma warning disable CA1031 // The parser fails on damaged files in every way there is.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Damaged(name, "its end is missing or its directory is damaged");
        }
#pragma warning restore CA1031
        var fields = reader.Schema.GetDataFields().Where(f => f.MaxRepetitionLevel == 0 && ParquetValues.CanRead(f)).ToArray();
        return fields.Length > 0 && reader.RowGroups.Sum(g => g.RowCount) > 0
            ? new ParquetRowReader(file, reader, fields, name)
            : throw new RefusedException("import.empty", $"{name} has no rows of plain columns. Export it again, or choose another file.");
    }

    public async IAsyncEnumerable<SourceRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        _row = 0;
        for (var group = 0; group < _reader.RowGroupCount; group++)
        {
            var columns = await GroupAsync(group, cancellation);
            for (var i = 0; i < columns[0].Length; i++)
            {
                var values = new Dictionary<string, string>(_fields.Length, StringComparer.Ordinal);
                for (var column = 0; column < columns.Length; column++)
                {
                    if (columns[column][i] is { } value)
                    {
                        values[Columns[column]] = value;
                    }
                }

                _row++;
                yield return new SourceRow(_row, values, TextCheck.Find(values));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _file.DisposeAsync();
    }

    private async Task<string?[][]> GroupAsync(int index, CancellationToken cancellation)
    {
        using var group = _reader.OpenRowGroupReader(index);
        if (group.RowCount > ReadLimits.GroupRows || group.RowGroup.TotalByteSize > ReadLimits.GroupBytes)
        {
            throw new RefusedException(
                "import.parquet-group", $"Row group {index + 1} of {_name} is too large to be read at once. Write row groups of at most {ReadLimits.GroupRows:N0} rows and 1 GB.");
        }

        try
        {
            var columns = new string?[_fields.Length][];
            for (var i = 0; i < _fields.Length; i++)
            {
                columns[i] = await ParquetValues.ReadAsync(group, _fields[i], cancellation);
            }

            return columns;
        }
#pragma warning disable CA1031 // The parser fails on damaged files in every way there is.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Damaged(_name, string.Create(CultureInfo.InvariantCulture, $"its row group {index + 1} of {_reader.RowGroupCount} cannot be read"));
        }
#pragma warning restore CA1031
    }

    private static string Name(DataField field) => string.Join('.', field.Path.ToList());

    private static RefusedException Damaged(string name, string how) =>
        new("import.parquet", $"{name} is a damaged Parquet file: {how}. Copy or export it again, then import it once more; rows that are in already stay in.");
}
