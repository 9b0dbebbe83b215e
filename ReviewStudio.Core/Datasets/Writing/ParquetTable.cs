using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>
/// One Parquet file, written row group by row group with Zstandard. Instants are microseconds in UTC. A row group is
/// packed while the rows of the next one come in.
/// </summary>
internal sealed class ParquetTable<T> : IAsyncDisposable
{
    // Each split has a group that fills and one that is packed, with their texts: this bounds what they hold.
    private const int RowGroupRows = 5_000;

    // What the library keeps to use again; without a bound it keeps everything.
    private const int PoolBytes = 4 << 20;

    private readonly IReadOnlyList<Column<T>> _columns;
    private readonly DataField[] _fields;
    private List<T> _group = [];
    private Task _packing = Task.CompletedTask;
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
        var options = new ParquetOptions
        {
            // The level that is the default, the smallest size, takes fifty times as long for a tenth less.
            CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Fastest, MaximumSmallPoolFreeBytes = PoolBytes, MaximumLargePoolFreeBytes = PoolBytes,
        };
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

        await _packing;
        await _parquet.DisposeAsync();
        _file.Flush(flushToDisk: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _packing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _file.DisposeAsync();
    }

    private static DataField Field(Column<T> column) => column.Type == typeof(DateTime)
        ? new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: false)
        : new DataField(column.Name, column.Type, isNullable: column.Type == typeof(string));

    private async Task FlushAsync(CancellationToken cancellation)
    {
        await _packing;
        var rows = _group;
        _group = [];
        _wrote = true;
        _packing = Task.Run(() => PackAsync(rows, cancellation), cancellation);
    }

    private async Task PackAsync(List<T> rows, CancellationToken cancellation)
    {
        using var group = _parquet.CreateRowGroup();
        for (var c = 0; c < _columns.Count; c++)
        {
            var (column, field) = (_columns[c], _fields[c]);
            if (column.Type == typeof(string))
            {
                await group.WriteAsync(field, rows.ConvertAll(r => (string)column.Read(r)!));
            }
            else if (column.Type == typeof(int))
            {
                await WriteAsync<int>(group, field, column, rows, cancellation);
            }
            else if (column.Type == typeof(double))
            {
                await WriteAsync<double>(group, field, column, rows, cancellation);
            }
            else if (column.Type == typeof(bool))
            {
                await WriteAsync<bool>(group, field, column, rows, cancellation);
            }
            else
            {
                await WriteAsync<DateTime>(group, field, column, rows, cancellation);
            }
        }

        group.CompleteValidate();
    }

    private async Task WriteAsync<TValue>(ParquetRowGroupWriter group, DataField field, Column<T> column, List<T> rows, CancellationToken cancellation)
        where TValue : struct =>
        await group.WriteAsync<TValue>(field, rows.Select(r => (TValue)column.Read(r)!).ToArray().AsMemory(), cancellationToken: cancellation);
}
