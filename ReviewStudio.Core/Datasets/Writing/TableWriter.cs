using System.Text.Json;

namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>
/// Writes one table as JSON lines and as Parquet side by side, so that memory stays bounded whatever the number of rows.
/// The Parquet is one file, or one for each shard. Equal rows give equal bytes, in any culture and time zone.
/// </summary>
public sealed class TableWriter<T> : IAsyncDisposable
{
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<Column<T>> _columns;
    private readonly string _stem;
    private readonly Func<T, string>? _shardOf;
    private readonly SortedDictionary<string, ParquetTable<T>> _shards = new(StringComparer.Ordinal);
    private readonly FileStream _json;

    private TableWriter(string stem, IReadOnlyList<Column<T>> columns, Func<T, string>? shardOf, FileStream json)
    {
        (_stem, _columns, _shardOf, _json) = (stem, columns, shardOf, json);
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
        var table = new TableWriter<T>(stem, columns, shardOf, File.Create(stem + ".jsonl"));
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

        _json.Flush(flushToDisk: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _shards.Values)
        {
            await shard.DisposeAsync();
        }

        await _json.DisposeAsync();
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
        using (var json = new Utf8JsonWriter(_json, JsonOptions))
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

        _json.Write("\n"u8);
    }
}
