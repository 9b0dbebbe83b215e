using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReviewStudio.Core.Labels.Agreements.Keeping;

/// <summary>Figures as JSON and back, to the last bit.</summary>
internal static class FigureJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IgnoreReadOnlyProperties = true, Converters = { new Matrix() },
    };

    public static string Write(object figures) => JsonSerializer.Serialize(figures, figures.GetType(), Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;

    /// <summary>A matrix as rows.</summary>
    private sealed class Matrix : JsonConverter<int[,]>
    {
        public override int[,] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var rows = JsonSerializer.Deserialize<int[][]>(ref reader, options)!;
            var matrix = new int[rows.Length, rows.Length == 0 ? 0 : rows[0].Length];
            for (var row = 0; row < rows.Length; row++)
            {
                for (var column = 0; column < rows[row].Length; column++)
                {
                    matrix[row, column] = rows[row][column];
                }
            }

            return matrix;
        }

        public override void Write(Utf8JsonWriter writer, int[,] value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            for (var row = 0; row < value.GetLength(0); row++)
            {
                writer.WriteStartArray();
                for (var column = 0; column < value.GetLength(1); column++)
                {
                    writer.WriteNumberValue(value[row, column]);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }
    }
}
