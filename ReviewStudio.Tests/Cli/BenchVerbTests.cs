using System.Text.Json;
using ReviewStudio.Tests.Architecture;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Cli;

/// <summary>Measurements of reviewing, export, import, scans and media run small to their end and tell what they must; their figures mean nothing at this size.</summary>
public sealed class BenchVerbTests
{
    public static TheoryData<string> Measurements =>
    [
        "claim --items 3000 --concurrency 4 --think 20 --seconds 4 --rare-share 0.1",
        "verdict --items 40000 --concurrency 3 --seconds 1",
        "export --items 3000 --verdicts",
        "ingest --items 3000",
    ];

    [Theory]
    [MemberData(nameof(Measurements))]
    public async Task Measurement_prints_one_object_with_its_figures(string arguments)
    {
        await PrintsAsync(arguments, "Sqlite");
    }

    [Theory]
    [MemberData(nameof(Measurements))]
    public async Task Measurement_on_PostgreSql_starts_a_private_server_where_none_is_named(string arguments)
    {
        Assert.SkipWhen(!Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        LongSuites.Only(unless: arguments.StartsWith("claim", StringComparison.Ordinal));

        await PrintsAsync(arguments + " --provider PostgreSql", "PostgreSql");
    }

    [Fact]
    public async Task Results_are_kept_and_become_the_tables_of_a_page()
    {
        using var folder = new TempFolder();
        var page = Path.Combine(folder.Path, "figures.md");
        var results = Path.Combine(folder.Path, "figures");
        await StudioProgram.RunAsync(["bench", "ingest", "--items", "500", "--append", results, "--json"]);
        await StudioProgram.RunAsync(["bench", "ingest", "--items", "500", "--append", results]);
        await StudioProgram.RunAsync(["bench", "ingest", "--items", "600", "--append", results]);
        await File.WriteAllTextAsync(page, "# Figures\n\n<!-- bench ingest: provider, items \"rows\", throughput_per_s -->\nold\n<!-- /bench -->\n\nProse stays.\n");

        var stale = await StudioProgram.RunToEndAsync("bench", "report", page, "--check");
        await StudioProgram.RunAsync(["bench", "report", page]);

        stale.Code.ShouldBe(1);
        stale.Errors.ShouldContain("bench report");
        var lines = await File.ReadAllLinesAsync(page);
        lines[3].ShouldBe("| provider | rows | throughput a second |");
        lines[5].ShouldStartWith("| Sqlite | 500 | ");
        lines[6].ShouldStartWith("| Sqlite | 600 | ");
        lines[7..].ShouldBe(["<!-- /bench -->", "", "Prose stays."]);
        JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(results, "ingest.json"))).RootElement.GetArrayLength().ShouldBe(3, "every run is kept; the page shows each command's last");
    }

    [Fact]
    public async Task Benchmarks_page_holds_the_kept_results() =>
        (await StudioProgram.RunToEndAsync("bench", "report", Path.Combine(Repository.Root, "docs", "benchmarks.md"), "--check")).Code.ShouldBe(0);

    private static async Task PrintsAsync(string arguments, string provider)
    {
        var said = await StudioProgram.RunAsync(["bench", .. arguments.Split(' '), "--json"]);

        var result = JsonSerializer.Deserialize<JsonElement>(said.Trim());
        result.GetProperty("bench").GetString().ShouldBe(arguments.Split(' ')[0]);
        result.GetProperty("provider").GetString().ShouldBe(provider);
        result.GetProperty("items").GetInt64().ShouldBeGreaterThan(0);
        foreach (var common in new[] { "concurrency", "p50_ms", "p95_ms", "p99_ms", "baseline_per_s", "ratio" })
        {
            result.TryGetProperty(common, out _).ShouldBeTrue(common);
        }

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
        LongSuites.Only();

        var said = await StudioProgram.RunAsync(["bench", "scan", "--data", Path.Combine(data!, "text", "davidson.csv"), "--text", "tweet", "--label", "class", "--seconds", "1", "--json"]);

        var result = JsonSerializer.Deserialize<JsonElement>(said.Trim());
        result.GetProperty("ratio").GetDouble().ShouldBe(result.GetProperty("throughput_per_s").GetDouble() / result.GetProperty("baseline_per_s").GetDouble(), 0.02);
        result.GetProperty("at_8").GetProperty("p99_ratio").GetDouble().ShouldBeGreaterThan(0);
        result.GetProperty("review_share").GetDouble().ShouldBeInRange(0.001, 0.5);
    }

    [Fact]
    public async Task Media_are_scored_by_the_jobs_while_requests_and_an_open_workbench_are_timed()
    {
        var data = Encoders.Data();
        LongSuites.Only();

        var said = await StudioProgram.RunAsync(["bench", "media", "--data", data, "--items", "12", "--idle", "1", "--json"]);

        var result = JsonSerializer.Deserialize<JsonElement>(said.Trim());
        result.GetProperty("items").GetInt32().ShouldBe(12);
        (result.GetProperty("scored").GetInt32(), result.GetProperty("not_scored").GetInt32(), result.GetProperty("not_ready").GetInt32()).ShouldBe((12, 0, 0));
        var phases = result.GetProperty("modalities").EnumerateObject().Select(p => (p.Name, Figure: p.Value)).Append((Name: "mixed", Figure: result.GetProperty("mixed"))).ToList();
        phases.ConvertAll(p => p.Name).ShouldBe(["image", "audio", "video", "mixed"]);
        foreach (var (name, figure) in phases)
        {
            figure.GetProperty("scored").GetInt32().ShouldBe(figure.GetProperty("items").GetInt32(), name);
            figure.GetProperty("throughput_per_s").GetDouble().ShouldBeGreaterThan(0, name);
            figure.GetProperty("baseline_per_s").GetDouble().ShouldBeGreaterThan(0, name);
        }

        foreach (var asked in new[] { "page_review", "claim_and_open", "workbench_counts", "workbench_open", "workbench_media", "workbench_release" })
        {
            result.GetProperty("requests").GetProperty(asked).GetProperty("during").GetProperty("n").GetInt32().ShouldBeGreaterThan(0, asked);
        }

        result.GetProperty("opened_with_prediction").GetInt32().ShouldBeInRange(1, result.GetProperty("opened").GetInt32());
    }
}
