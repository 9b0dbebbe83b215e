using System.Buffers;
using System.Text.Json;

namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>
/// Writes one table as JSON lines and as Parquet side by side, so that memory stays bounded whatever the number of rows.
/// The Parquet is one file, or one for each shard. Equal rows give equal bytes, in any culture and time zone.
/// </summary>
public sealed class TableWriter<T> : IAsyncDisposable
{
    private const int LinesBytes = 128 << 10;

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<Column<T>> _columns;
    private readonly string _stem;
    private readonly Func<T, string>? _shardOf;
    private readonly SortedDictionary<string, ParquetTable<T>> _shards = new(StringComparer.Ordinal);
    private readonly JsonEncodedText[] _names;
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _lines = new(2 * LinesBytes);
    private readonly Utf8JsonWriter _json;

    private TableWriter(string stem, IReadOnlyList<Column<T>> columns, Func<T, string>? shardOf, FileStream file)
    {
        (_stem, _columns, _shardOf, _file) = (stem, columns, shardOf, file);
        _names = [.. columns.Select(c => JsonEncodedText.Encode(c.Name))];
        _json = new Utf8JsonWriter(_lines, JsonOptions);
    }

    /// <summary>Rows written so far.</summary>
    public int Rows { get; private set; }

    /// <param name="folder">Where the files go, as <c>name.jsonl</c> and <c>name.parquet</c> or <c>name-shard.parquet</c>.</param>
    /// <param name="shardOf">Names the Parquet file of a row; null for one file. A shard without rows has no file.</param>
    public static async Task<TableWriter<T>> CreateAsync(
        string folder, string name, IReadOnlyList<Column<T>> columns, Func<T, string>? shardOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var stem = Path.Combine(folder, name);
        var table = new TableWriter<T>(stem, columns, shardOf, new FileStream(stem + ".jsonl", FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0));
        if (shardOf is null)
        {
            await table.ShardAsync("", cancellation);
        }

        return table;
    }

    public async Task AddAsync(T row, CancellationToken cancellation)
    {
        WriteJson(row);
        var shard = await ShardAsync(_shardOf?.Invoke(row) ?? "", cancellation);
        await shard.AddAsync(row, cancellation);
        Rows++;
    }

    /// <summary>Writes what is left and closes all files durably.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        foreach (var shard in _shards.Values)
        {
            await shard.CompleteAsync(cancellation);
        }

        WriteLines();
        _file.Flush(flushToDisk: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _shards.Values)
        {
            await shard.DisposeAsync();
        }

        await _json.DisposeAsync();
        await _file.DisposeAsync();
    }

    private async ValueTask<ParquetTable<T>> ShardAsync(string name, CancellationToken cancellation)
    {
        if (!_shards.TryGetValue(name, out var shard))
        {
            shard = await ParquetTable<T>.CreateAsync(name.Length == 0 ? _stem + ".parquet" : $"{_stem}-{name}.parquet", _columns, cancellation);
            _shards.Add(name, shard);
        }

        return shard;
    }

    private void WriteJson(T row)
    {
        _json.Reset(_lines);
        _json.WriteStartObject();
        for (var c = 0; c < _names.Length; c++)
        {
            _json.WritePropertyName(_names[c]);
            WriteValue(_columns[c]);
        }

        _json.WriteEndObject();
        _json.Flush();
        _lines.Write("\n"u8);
        if (_lines.WrittenCount >= LinesBytes)
        {
            WriteLines();
        }

        void WriteValue(Column<T> column)
        {
            switch (column.Read(row))
            {
                case null:
                    _json.WriteNullValue();
                    break;
                case string s:
                    _json.WriteStringValue(s);
                    break;
                case int i:
                    _json.WriteNumberValue(i);
                    break;
                case double d:
                    _json.WriteNumberValue(d);
                    break;
                case bool b:
                    _json.WriteBooleanValue(b);
                    break;
                case DateTime at:
                    _json.WriteStringValue(CanonicalRows.Instant(at));
                    break;
                case var other:
                    throw new NotSupportedException($"Column {column.Name} holds a {other.GetType().Name}.");
            }
        }
    }

    private void WriteLines()
    {
        _file.Write(_lines.WrittenSpan);
        _lines.ResetWrittenCount();
    }
}
