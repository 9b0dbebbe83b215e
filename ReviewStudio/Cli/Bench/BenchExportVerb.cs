using System.CommandLine;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>A snapshot of labelled items against a bare read of the same rows through the database driver.</summary>
internal sealed class BenchExportVerb : IBenchVerb
{
    private const string Help = """
        Fill an empty installation with labelled items, read their rows bare through the database driver, then make a
        snapshot of them (JSON lines, Parquet, cards, hashes). Prints throughput_per_s and baseline_per_s in items a second.

        Example: reviewstudio bench export --items 1000000 --json
        """;

    /// <summary>What an example is made of, as one would ask for it by hand.</summary>
    private const string BareSql = """
        SELECT c."PublicId", i."Source", i."ExternalId", i."Language", i."Modality", p."Text", e."LabelKey", e."SoftLabelJson", e."Confidence",
               e."Method", e."Reviewers", c."Stratum", c."AuditProbability", c."InAuditSample", v."Number", e."CreatedAt"
        FROM "LabelledExample" e
        JOIN "ReviewCase" c ON c."Id" = e."CaseId"
        JOIN "Item" i ON i."Id" = c."ItemId"
        JOIN "ItemPart" p ON p."ItemId" = i."Id" AND p."Ordinal" = 0
        JOIN "PolicyVersion" v ON v."Id" = e."PolicyVersionId"
        ORDER BY e."Id"
        """;

    private readonly BenchOptions _shared = new();
    private readonly Option<bool> _verdicts = new("--verdicts") { Description = "Export the verdicts too." };

    private readonly Option<string?> _filled = new("--filled") { Description = "A folder that is filled already.", Hidden = true };

    public Command Build(GlobalOptions options)
    {
        var command = new Command("export", Help) { _verdicts, _filled };
        _shared.AddTo(command);
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, parsed.GetValue(options.Json), stop)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, bool json, CancellationToken stop)
    {
        var items = parsed.GetValue(_shared.Items);
        if (parsed.GetValue(_filled) is { } folder)
        {
            await using var filled = await BenchStudio.OpenAsync(folder, parsed, _shared);
            return await MeasureAsync(filled, parsed, json, stop);
        }

        await using var studio = await BenchStudio.StartAsync(parsed, _shared, stop);
        var fill = Stopwatch.StartNew();
        await new BenchFill(studio, new MadeUpText(parsed.GetValue(_shared.Seed))).RunAsync(items, stop);
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"filled in {fill.Elapsed.TotalSeconds:0.0} s"));

        // Measured in a process of its own: the memory that filling took would count as the export's.
        studio.CloseConnections();
        using var child = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [typeof(BenchVerb).Assembly.Location, "bench", "export", "--items", $"{items}", "--filled", studio.Folder, "--provider", parsed.GetValue(_shared.Provider)!,
                .. studio.Connection is { Length: > 0 } connection ? ["--connection", connection] : Array.Empty<string>(),
                .. parsed.GetValue(_shared.Append) is { } append ? ["--append", append] : Array.Empty<string>(),
                .. parsed.GetValue(_verdicts) ? ["--verdicts"] : Array.Empty<string>(), .. json ? ["--json"] : Array.Empty<string>()]))!;
        await child.WaitForExitAsync(stop);
        return child.ExitCode;
    }

    private async Task<int> MeasureAsync(BenchStudio studio, ParseResult parsed, bool json, CancellationToken stop)
    {
        // Once unmeasured, so that neither finds a colder cache than the other.
        await BareAsync(studio, stop);
        var idle = Cpu();
        var (bare, bareRows) = await BareAsync(studio, stop);
        var bareCpu = Cpu() - idle;
        var queue = await studio.QueueAsync(stop);
        studio.CloseConnections();
        await using var memory = new PeakMemory();
        var (before, since) = (memory.Megabytes, Cpu());
        var watch = Stopwatch.StartNew();
        var snapshot = await studio.Services.GetRequiredService<ExportSnapshot>().RunAsync(
            queue.PolicyId, null, new SnapshotOptions(parsed.GetValue(_verdicts)), Actor.System, null, stop);
        var seconds = watch.Elapsed.TotalSeconds;
        var cpu = Cpu() - since;
        var result = new BenchResult("export", studio.Database.Provider.Name, snapshot.Rows, 1, snapshot.Rows / seconds)
        {
            BaselinePerS = bareRows / bare,
            More = new
            {
                verdicts = parsed.GetValue(_verdicts), seconds = Math.Round(seconds, 2), baseline_seconds = Math.Round(bare, 2), peak_memory_mb = memory.Megabytes,
                memory_before_mb = before, managed_mb = memory.ManagedMegabytes, cpu_seconds = Math.Round(cpu, 2), baseline_cpu_seconds = Math.Round(bareCpu, 2),
                file_mb = Math.Round(SnapshotManifest.FromJson(snapshot.ManifestJson).Files.Sum(f => f.Bytes) / 1e6, 1),
            },
        };
        await _shared.TellAsync(parsed, json, result, $"{snapshot.Rows:N0} items in {seconds:0.0} s: {snapshot.Rows / seconds:N0}/s, {snapshot.Rows / seconds / (bareRows / bare):0.000} of a bare read ({bareRows / bare:N0}/s), at most {memory.Megabytes} MB");
        return 0;
    }

    /// <summary>Processor time of this process in seconds: what another load on the machine does not change much.</summary>
    private static double Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static async Task<(double Seconds, int Rows)> BareAsync(BenchStudio studio, CancellationToken stop)
    {
        await using var db = await studio.Database.OpenForReadingAsync(stop);
        await db.Database.OpenConnectionAsync(stop);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = BareSql;
        var (rows, read, watch) = (0, 0L, Stopwatch.StartNew());
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            for (var column = 0; column < reader.FieldCount; column++)
            {
                read += reader.GetValue(column) is string text ? text.Length : 1;
            }

            rows++;
        }

        return read > 0 ? (watch.Elapsed.TotalSeconds, rows) : throw new InvalidOperationException("There was nothing to read.");
    }
}
