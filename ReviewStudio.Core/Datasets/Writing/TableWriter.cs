using System.Text;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>
/// Writes one table as Parquet and as JSON lines side by side, row group by row group, so that memory stays bounded
/// whatever the number of rows. Equal rows give equal bytes, in any culture and time zone.
/// </summary>
public sealed class TableWriter<T> : IAsyncDisposable
{
    private const int RowGroupRows = 20_000;
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<Column<T>> _columns;
    private readonly DataField[] _fields;
    private readonly List<T> _group = [];
    private readonly FileStream _parquetFile;
    private readonly FileStream _jsonFile;
    private readonly ParquetWriter _parquet;

    private TableWriter(IReadOnlyList<Column<T>> columns, DataField[] fields, FileStream parquetFile, FileStream jsonFile, ParquetWriter parquet)
    {
        (_columns, _fields, _parquetFile, _jsonFile, _parquet) = (columns, fields, parquetFile, jsonFile, parquet);
    }

    /// <summary>Rows written so far.</summary>
    public int Rows { get; private set; }

    /// <param name="folder">Where the files go, as <c>name.parquet</c> and <c>name.jsonl</c>.</param>
    public static async Task<TableWriter<T>> CreateAsync(string folder, string name, IReadOnlyList<Column<T>> columns, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var fields = columns.Select(c => new DataField(c.Name, c.Type, isNullable: c.Type == typeof(string))).ToArray();
        var parquetFile = File.Create(Path.Combine(folder, name + ".parquet"));
        var jsonFile = File.Create(Path.Combine(folder, name + ".jsonl"));
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd };
        var parquet = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields]), parquetFile, options, cancellationToken: cancellation);
        return new TableWriter<T>(columns, fields, parquetFile, jsonFile, parquet);
    }

    public async Task AddAsync(T row, CancellationToken cancellation)
    {
        WriteJson(row);
        _group.Add(row);
        Rows++;
        if (_group.Count == RowGroupRows)
        {
            await FlushAsync(cancellation);
        }
    }

    /// <summary>Writes what is left and closes both files durably.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        if (_group.Count > 0 || Rows == 0)
        {
            await FlushAsync(cancellation);
        }

        await _parquet.DisposeAsync();
        _parquetFile.Flush(flushToDisk: true);
        _jsonFile.Flush(flushToDisk: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _parquetFile.DisposeAsync();
        await _jsonFile.DisposeAsync();
    }

    private void WriteJson(T row)
    {
        using (var json = new Utf8JsonWriter(_jsonFile, JsonOptions))
        {
            json.WriteStartObject();
            foreach (var column in _columns)
            {
                json.WritePropertyName(column.Name);
                switch (column.Read(row))
                {
                    case null:
                        json.WriteNullValue();
                        break;
                    case string s:
                        json.WriteStringValue(s);
                        break;
                    case int i:
                        json.WriteNumberValue(i);
                        break;
                    case double d:
                        json.WriteNumberValue(d);
                        break;
                    case bool b:
                        json.WriteBooleanValue(b);
                        break;
                    case DateTime at:
                        json.WriteStringValue(CanonicalRows.Instant(at));
                        break;
                    case var other:
                        throw new NotSupportedException($"Column {column.Name} holds a {other.GetType().Name}.");
                }
            }

            json.WriteEndObject();
        }

        _jsonFile.Write("\n"u8);
    }

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
    }

    private async Task WriteAsync<TValue>(ParquetRowGroupWriter group, DataField field, Column<T> column, CancellationToken cancellation)
        where TValue : struct =>
        await group.WriteAsync<TValue>(field, _group.Select(r => (TValue)column.Read(r)!).ToArray().AsMemory(), cancellationToken: cancellation);
}
