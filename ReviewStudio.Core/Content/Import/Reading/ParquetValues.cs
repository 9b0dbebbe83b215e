using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>Reads a plain column of a Parquet row group as text.</summary>
internal static class ParquetValues
{
    private static readonly Dictionary<Type, Func<ParquetRowGroupReader, DataField, CancellationToken, Task<string?[]>>> Readers = new()
    {
        [typeof(string)] = TextAsync,
        [typeof(ReadOnlyMemory<char>)] = TextAsync,
        [typeof(bool)] = ValuesAsync<bool>,
        [typeof(sbyte)] = ValuesAsync<sbyte>,
        [typeof(byte)] = ValuesAsync<byte>,
        [typeof(short)] = ValuesAsync<short>,
        [typeof(ushort)] = ValuesAsync<ushort>,
        [typeof(int)] = ValuesAsync<int>,
        [typeof(uint)] = ValuesAsync<uint>,
        [typeof(long)] = ValuesAsync<long>,
        [typeof(ulong)] = ValuesAsync<ulong>,
        [typeof(float)] = ValuesAsync<float>,
        [typeof(double)] = ValuesAsync<double>,
        [typeof(decimal)] = ValuesAsync<decimal>,
        [typeof(DateTime)] = ValuesAsync<DateTime>,
        [typeof(DateOnly)] = ValuesAsync<DateOnly>,
        [typeof(Guid)] = ValuesAsync<Guid>,
    };

    public static bool CanRead(DataField field) => Readers.ContainsKey(field.ClrType);

    /// <returns>A value a row; null where the row has none.</returns>
    public static Task<string?[]> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellation) =>
        Readers[field.ClrType](group, field, cancellation);

    private static async Task<string?[]> TextAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellation)
    {
        var values = new string?[group.RowCount];
        await group.ReadAsync(field, values.AsMemory(), null, cancellation);
        return values;
    }

    private static async Task<string?[]> ValuesAsync<T>(ParquetRowGroupReader group, DataField field, CancellationToken cancellation)
        where T : struct
    {
        if (field.IsNullable)
        {
            var nullable = new T?[group.RowCount];
            await group.ReadAsync<T>(field, nullable.AsMemory(), null, cancellation);
            return Array.ConvertAll(nullable, v => v is { } value ? Write(value) : null);
        }

        var values = new T[group.RowCount];
        await group.ReadAsync<T>(field, values.AsMemory(), null, cancellation);
        return Array.ConvertAll(values, Write);
    }

    private static string? Write<T>(T value)
        where T : struct =>
        value switch
        {
            bool truth => truth ? "true" : "false",
            DateTime instant => instant.ToString("O", CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
}
