using Parquet;
using Parquet.Schema;

namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>One Parquet file, written row group by row group with Zstandard. Instants are microseconds in UTC.</summary>
internal sealed class ParquetTable<T> : IAsyncDisposable
{
    private const int RowGroupRows = 20_000;

    private readonly IReadOnlyList<Column<T>> _columns;
    private readonly DataField[] _fields;
    private readonly List<T> _group = [];
    private readonly FileStream _file;
    private readonly ParquetWriter _parquet;
    private bool _wrote;

    private ParquetTable(IReadOnlyList<Column<T>> columns, DataField[] fields, FileStream file, ParquetWriter parquet)
    {
        (_columns, _fields, _file, _parquet) = (columns, fields, file, parquet);
    }

    public static async Task<ParquetTable<T>> CreateAsync(string path, IReadOnlyList<Column<T>> columns, CancellationToken cancellation)
    {
        var fields = columns.Select(Field).ToArray();
        var file = File.Create(path);
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd };
        var parquet = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields]), file, options, cancellationToken: cancellation);
        return new ParquetTable<T>(columns, fields, file, parquet);
    }

    public async Task AddAsync(T row, CancellationToken cancellation)
    {
        _group.Add(row);
        if (_group.Count == RowGroupRows)
        {
            await FlushAsync(cancellation);
        }
    }

    /// <summary>Writes what is left and closes the file durably.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        if (_group.Count > 0 || !_wrote)
        {
            await FlushAsync(cancellation);
        }

        await _parquet.DisposeAsync();
        _file.Flush(flushToDisk: true);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static DataField Field(Column<T> column) => column.Type == typeof(DateTime)
        ? new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: false)
        : new DataField(column.Name, column.Type, isNullable: column.Type == typeof(string));

    private async Task FlushAsync(CancellationToken cancellation)
    {
        using var group = _parquet.CreateRowGroup();
        for (var c = 0; c < _columns.Count; c++)
        {
            var (column, field) = (_columns[c], _fields[c]);
            if (column.Type == typeof(string))
            {
                await group.WriteAsync(field, _group.ConvertAll(r => (string)column.Read(r)!));
            }
            else if (column.Type == typeof(int))
            {
                await WriteAsync<int>(group, field, column, cancellation);
            }
            else if (column.Type == typeof(double))
            {
                await WriteAsync<double>(group, field, column, cancellation);
            }
            else if (column.Type == typeof(bool))
            {
                await WriteAsync<bool>(group, field, column, cancellation);
            }
            else
            {
                await WriteAsync<DateTime>(group, field, column, cancellation);
            }
        }

        group.CompleteValidate();
        _group.Clear();
        _wrote = true;
    }

    private async Task WriteAsync<TValue>(ParquetRowGroupWriter group, DataField field, Column<T> column, CancellationToken cancellation)
        where TValue : struct =>
        await group.WriteAsync<TValue>(field, _group.Select(r => (TValue)column.Read(r)!).ToArray().AsMemory(), cancellationToken: cancellation);
}
