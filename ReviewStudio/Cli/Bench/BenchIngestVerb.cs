using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Cli.Bench;

/// <summary>An import of JSON lines, without scoring, against bare inserts of the same texts into one table.</summary>
internal sealed class BenchIngestVerb : IBenchVerb
{
    private const string Help = """
        Import a file of JSON lines into an empty installation, through the same job as everybody's: items, cases and tasks
        in durable transactions. The baseline inserts the same ids and texts into one bare table through the driver, in
        transactions of the same size; on PostgreSQL copy_per_s is what one bare COPY of them does. Prints throughput_per_s
        and baseline_per_s in items a second.

        Example: reviewstudio bench ingest --items 1000000 --json
        """;

    private const int Batch = 2_000;

    private readonly BenchOptions _shared = new();

    public Command Build(GlobalOptions options)
    {
        var command = new Command("ingest", Help);
        _shared.AddTo(command);
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, parsed.GetValue(options.Json), stop)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, bool json, CancellationToken stop)
    {
        var items = parsed.GetValue(_shared.Items);
        var texts = new MadeUpText(parsed.GetValue(_shared.Seed));
        await using var studio = await BenchStudio.StartAsync(parsed, _shared, stop);
        var bare = await BareAsync(studio, texts, items, stop);
        var copied = await BareCopy.RunAsync(studio, texts, items, stop);
        var file = await WriteAsync(studio, texts, items, stop);
        var before = await BytesAsync(studio, stop);
        await using var memory = new PeakMemory();
        var watch = Stopwatch.StartNew();
        var id = await studio.Services.GetRequiredService<StartImport>().RunAsync(
            new ImportArguments
            {
                File = file, FileName = "posts.jsonl", Queue = BenchStudio.Queue, Source = "bench", Columns = new ColumnMapping { Text = "text", Id = "id", Language = "lang" },
            },
            Actor.System,
            stop);
        await studio.Services.GetRequiredService<RunBackgroundJob>().RunAsync(id, stop);
        var seconds = watch.Elapsed.TotalSeconds;
        var job = await studio.Services.GetRequiredService<JobDesk>().FindAsync(id, stop);
        if (job is not { State: JobState.Succeeded })
        {
            throw new RefusedException("bench.failed", job?.Error ?? "The import did not run to its end.");
        }

        var counts = await studio.Database.ReadAsync(
            async db => (await db.Set<Item>().CountAsync(stop), await db.Set<ReviewCase>().CountAsync(stop), await db.Set<ReviewTask>().CountAsync(stop)), stop);
        var result = new BenchResult("ingest", studio.Database.Provider.Name, counts.Item1, 1, items / seconds)
        {
            BaselinePerS = items / bare,
            More = new { cases = counts.Item2, tasks = counts.Item3, seconds = Math.Round(seconds, 2), baseline_seconds = Math.Round(bare, 2), copy_per_s = copied is { } c ? Math.Round(items / c) : (double?)null, peak_memory_mb = memory.Megabytes, bytes_per_item = ((await BytesAsync(studio, stop)) - before) / items },
        };
        await _shared.TellAsync(parsed, json, result, $"{counts.Item1:N0} items in {seconds:0.0} s: {items / seconds:N0}/s, {bare / seconds:0.000} of bare inserts ({items / bare:N0}/s), at most {memory.Megabytes} MB");
        return 0;
    }

    /// <summary>What the database takes on the disk, indexes included; 0 where that cannot be asked.</summary>
    private static async Task<long> BytesAsync(BenchStudio studio, CancellationToken stop) => studio.Database.Provider.Name switch
    {
        "PostgreSql" => await studio.Database.ReadAsync(db => db.Database.SqlQuery<long>($"""SELECT pg_database_size(current_database()) AS "Value" """).SingleAsync(stop), stop),
        "Sqlite" => Directory.EnumerateFiles(studio.Folder, "reviewstudio.db*").Sum(f => new FileInfo(f).Length),
        _ => 0,
    };

    private static async Task<string> WriteAsync(BenchStudio studio, MadeUpText texts, int items, CancellationToken stop)
    {
        var folders = studio.Services.GetRequiredService<Core.Storage.StudioFolders>();
        var relative = Path.Combine("bench", "posts.jsonl");
        var path = ImportFiles.Resolve(folders, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var writer = new StreamWriter(path);
        for (var n = 0; n < items; n++)
        {
            await writer.WriteLineAsync(JsonSerializer.Serialize(new { id = FormattableString.Invariant($"post-{n}"), text = texts.Of(n), lang = "en" }).AsMemory(), stop);
        }

        return relative;
    }

    private static async Task<double> BareAsync(BenchStudio studio, MadeUpText texts, int items, CancellationToken stop)
    {
        await using var db = await studio.Database.OpenForReadingAsync(stop);
        await db.Database.OpenConnectionAsync(stop);
        var connection = db.Database.GetDbConnection();
        await using var command = connection.CreateCommand();
        command.CommandText = """CREATE TABLE "Bare" ("Id" varchar(64) NOT NULL PRIMARY KEY, "Text" varchar(4000) NOT NULL)""";
        await command.ExecuteNonQueryAsync(stop);
        command.CommandText = """INSERT INTO "Bare" ("Id", "Text") VALUES (@id, @text)""";
        var (id, text) = (command.CreateParameter(), command.CreateParameter());
        (id.ParameterName, text.ParameterName) = ("@id", "@text");
        command.Parameters.Add(id);
        command.Parameters.Add(text);
        var watch = Stopwatch.StartNew();
        for (var from = 0; from < items; from += Batch)
        {
            await using var transaction = await connection.BeginTransactionAsync(stop);
            command.Transaction = transaction;
            for (var n = from; n < Math.Min(from + Batch, items); n++)
            {
                (id.Value, text.Value) = (FormattableString.Invariant($"post-{n}"), texts.Of(n));
                await command.ExecuteNonQueryAsync(stop);
            }

            await transaction.CommitAsync(stop);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        command.Transaction = null;
        command.Parameters.Clear();
        command.CommandText = """DROP TABLE "Bare" """;
        await command.ExecuteNonQueryAsync(stop);
        return seconds;
    }
}
