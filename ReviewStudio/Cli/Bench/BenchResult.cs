using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReviewStudio.Cli.Bench;

/// <summary>How long single calls took, in milliseconds.</summary>
internal sealed record BenchTimes(double P50, double P95, double P99)
{
    /// <returns>Null when there was no call.</returns>
    public static BenchTimes? Of(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        return sorted.Count == 0 ? null : new(At(sorted, 0.5), At(sorted, 0.95), At(sorted, 0.99));
    }

    /// <summary>The smallest time that at least this share of the calls did not exceed.</summary>
    public static double At(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)], 2);
}

/// <summary>What a measurement came to: the same fields for all of them, and what else explains it.</summary>
/// <param name="Bench">The measurement's name.</param>
/// <param name="Provider">The database engine; empty where none was used.</param>
/// <param name="Items">How many items it was measured over.</param>
/// <param name="Concurrency">How many did it at the same time.</param>
/// <param name="ThroughputPerS">Items, or calls, a second.</param>
internal sealed record BenchResult(string Bench, string Provider, long Items, int Concurrency, double ThroughputPerS)
{
    /// <summary>Indents nothing and keeps letters as they are.</summary>
    public static JsonSerializerOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public BenchTimes? Times { get; init; }

    /// <summary>What a bare loop came to in the same run; null where there was none.</summary>
    public double? BaselinePerS { get; init; }

    /// <summary>Product over bare, where that is not throughput over baseline, such as where it was taken a round.</summary>
    public double? Ratio { get; init; }

    /// <summary>An anonymous object with what else explains the figures; its fields stand beside the common ones.</summary>
    public object? More { get; init; }

    public JsonObject ToJson()
    {
        var result = new JsonObject
        {
            ["bench"] = Bench, ["provider"] = Provider, ["items"] = Items, ["concurrency"] = Concurrency, ["throughput_per_s"] = Rounded(ThroughputPerS),
            ["p50_ms"] = Times?.P50, ["p95_ms"] = Times?.P95, ["p99_ms"] = Times?.P99, ["baseline_per_s"] = Rounded(BaselinePerS),
            ["ratio"] = Ratio ?? (BaselinePerS > 0 ? Math.Round(ThroughputPerS / BaselinePerS.Value, 3) : null),
        };
        foreach (var (name, value) in More is null ? [] : CommandLine.ToJson(More))
        {
            result[name] = value?.DeepClone();
        }

        result["processors"] = Environment.ProcessorCount;
        return result;
    }

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, v < 100 ? 2 : 0) : null;
}
