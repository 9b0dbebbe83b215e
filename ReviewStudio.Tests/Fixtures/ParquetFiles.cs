using Parquet;
using Parquet.Schema;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Writes small Parquet files.</summary>
public static class ParquetFiles
{
    /// <summary>A text column, a nullable score and a number, in row groups of the given size.</summary>
    public static async Task<byte[]> PostsAsync(int rows, int groupSize)
    {
        var schema = new ParquetSchema(new DataField("text", typeof(string)), new DataField("score", typeof(double), isNullable: true), new DataField("number", typeof(long)));
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            for (var start = 0; start < rows; start += groupSize)
            {
                var numbers = Enumerable.Range(start, Math.Min(groupSize, rows - start)).ToArray();
                using var group = writer.CreateRowGroup();
                await group.WriteAsync(schema.DataFields[0], Array.ConvertAll(numbers, n => $"post {n}"));
                await group.WriteAsync<double>(schema.DataFields[1], Array.ConvertAll(numbers, n => n % 2 == 0 ? (double?)0.5 : null));
                await group.WriteAsync<long>(schema.DataFields[2], Array.ConvertAll(numbers, n => (long)n));
            }
        }

        return stream.ToArray();
    }
}
