using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Cli.Bench;

/// <summary>Results that are kept: a JSON array a measurement, one line a run, so that a new run is one new line in a diff.</summary>
internal static class BenchRecords
{
    private const string LoadFile = "/proc/loadavg";

    /// <param name="place">A file that ends in .json, or a folder.</param>
    public static async Task AppendAsync(string place, BenchResult result, string command, CancellationToken stop)
    {
        var file = place.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? place : Path.Combine(place, result.Bench + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var records = File.Exists(file) ? await ReadAsync(file, stop) : [];
        records.Add(new JsonObject
        {
            ["at"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture),
            ["command"] = command,
            ["load_average"] = File.Exists(LoadFile) ? double.Parse((await File.ReadAllTextAsync(LoadFile, stop)).Split(' ')[0], CultureInfo.InvariantCulture) : null,
            ["result"] = result.ToJson(),
        });
        var text = new StringBuilder("[\n").AppendJoin(",\n", records.Select(r => "  " + r.ToJsonString(BenchResult.Plain))).Append("\n]\n");
        await File.WriteAllTextAsync(file, text.ToString(), stop);
    }

    /// <summary>The results in a file, each command's last run, in the order in which they were first measured.</summary>
    /// <exception cref="RefusedException">It is no such file.</exception>
    public static async Task<IReadOnlyList<JsonObject>> LatestAsync(string file, CancellationToken stop)
    {
        var latest = new OrderedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var record in await ReadAsync(file, stop))
        {
            var result = record["result"]!.AsObject();
            result["at"] = record["at"]?.DeepClone();
            result["load_average"] = record["load_average"]?.DeepClone();
            latest[record["command"]!.GetValue<string>()] = result;
        }

        return [.. latest.Values];
    }

    private static async Task<List<JsonObject>> ReadAsync(string file, CancellationToken stop)
    {
        try
        {
            return [.. JsonNode.Parse(await File.ReadAllTextAsync(file, stop))!.AsArray().Select(r => r!.AsObject())];
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new RefusedException("bench.records", $"{file} is no file of results: {e.Message}");
        }
    }
}
