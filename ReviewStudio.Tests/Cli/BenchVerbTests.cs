using System.Text.Json;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Cli;

/// <summary>Measurements of reviewing, export, import and scans run small to their end and tell what they must; their figures mean nothing at this size.</summary>
public sealed class BenchVerbTests
{
    public static TheoryData<string> Measurements =>
    [
        "claim --items 3000 --concurrency 4 --think 20 --seconds 4 --rare-share 0.1",
        "verdict --items 4000 --concurrency 3 --seconds 1",
        "export --items 3000 --verdicts",
        "ingest --items 3000",
    ];

    [Theory]
    [MemberData(nameof(Measurements))]
    public async Task Measurement_prints_one_object_with_its_figures(string arguments)
    {
        var said = await StudioProgram.RunAsync(["bench", .. arguments.Split(' '), "--json"]);

        var result = JsonSerializer.Deserialize<JsonElement>(said.Trim());
        result.GetProperty("bench").GetString().ShouldBe(arguments.Split(' ')[0]);
        result.GetProperty("provider").GetString().ShouldBe("Sqlite");
        result.GetProperty("throughput_per_s").GetDouble().ShouldBeGreaterThan(0);
        if (result.TryGetProperty("twice", out var twice))
        {
            (twice.GetInt32(), result.GetProperty("lost").GetInt32()).ShouldBe((0, 0));
            result.GetProperty("p99_ms").GetDouble().ShouldBeGreaterThanOrEqualTo(result.GetProperty("p50_ms").GetDouble());
        }
    }

    [Fact]
    public async Task Scans_are_measured_against_a_bare_loop_in_the_same_run()
    {
        var data = Environment.GetEnvironmentVariable("REVIEWSTUDIO_DATA");
        Assert.SkipWhen(data is null, "REVIEWSTUDIO_DATA is not set");

        var said = await StudioProgram.RunAsync(["bench", "scan", "--data", Path.Combine(data!, "text", "davidson.csv"), "--text", "tweet", "--label", "class", "--seconds", "1", "--json"]);

        var result = JsonSerializer.Deserialize<JsonElement>(said.Trim());
        result.GetProperty("ratio").GetDouble().ShouldBe(result.GetProperty("throughput_per_s").GetDouble() / result.GetProperty("baseline_per_s").GetDouble(), 0.02);
        result.GetProperty("at_8").GetProperty("p99_ratio").GetDouble().ShouldBeGreaterThan(0);
        result.GetProperty("review_share").GetDouble().ShouldBeInRange(0.001, 0.5);
    }
}
