using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Another program, DuckDB, reads the Parquet of a snapshot.</summary>
public sealed class SnapshotReadBackTests
{
    private const int Posts = 400;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Counts_labels_and_text_in_Parquet_are_those_of_the_database()
    {
        await using var studio = await Snapshots.StudioAsync(Posts);
        await Snapshots.RelabelAsync(studio, skip: 3);
        await Snapshots.RelabelAsync(studio, skip: 7, withdraw: true);
        var snapshot = await Snapshots.ExportAsync(studio);
        var stored = await studio.Database.ReadAsync(
            db => (
                from example in db.Set<LabelledExample>()
                join reviewCase in db.Set<ReviewCase>() on example.CaseId equals reviewCase.Id
                join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
                where !db.Set<LabelledExample>().Any(later => later.CaseId == example.CaseId && later.Id > example.Id) && example.LabelKey != null
                select new { item.ExternalId, Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).First(), Label = example.LabelKey! }).ToListAsync(),
            None);
        var verdicts = await studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(v => db.Set<LabelledExample>().Where(e => e.CaseId == v.CaseId).OrderByDescending(e => e.Id).First().LabelKey != null), None);

        var read = Query($"SELECT external_id, text, label FROM '{Snapshots.File(studio, snapshot, "examples-*.parquet")}'");

        read.Count.ShouldBe(Posts - 1);
        stored.Count.ShouldBe(Posts - 1);
        read.CountBy(r => (string)r["label"]!).ToDictionary().ShouldBe(stored.CountBy(s => s.Label).ToDictionary(), ignoreOrder: true);
        Checksum(read.Select(r => ((string)r["external_id"]!, (string)r["text"]!))).ShouldBe(Checksum(stored.Select(s => (s.ExternalId, s.Text!))));
        Query($"SELECT verdict_id FROM '{Snapshots.File(studio, snapshot, "verdicts.parquet")}'").Count.ShouldBe(verdicts);
    }

    [Fact]
    public async Task Json_lines_and_Parquet_hold_the_same_rows()
    {
        await using var studio = await Snapshots.StudioAsync(Posts);
        await Snapshots.RelabelAsync(studio, skip: 3);
        var snapshot = await Snapshots.ExportAsync(studio);

        foreach (var (table, key, parquet) in new[] { ("examples", "case_id", "examples-*.parquet"), ("verdicts", "verdict_id", "verdicts.parquet") })
        {
            var lines = (await File.ReadAllLinesAsync(Snapshots.File(studio, snapshot, table + ".jsonl"))).Select(l => JsonDocument.Parse(l).RootElement)
                .ToDictionary(r => r.GetProperty(key).GetString()!, r => string.Join('\n', r.EnumerateObject().Select(p => $"{p.Name}={Word(p.Value)}")));
            var rows = Query($"SELECT * FROM '{Snapshots.File(studio, snapshot, parquet)}'")
                .ToDictionary(r => (string)r[key]!, r => string.Join('\n', r.Select(c => $"{c.Key}={Word(c.Value)}")));

            rows.Count.ShouldBe(Posts);
            rows.ShouldBe(lines, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Each_split_is_a_file_of_its_own_with_sensible_types()
    {
        await using var studio = await Snapshots.StudioAsync(Posts);
        var snapshot = await Snapshots.ExportAsync(studio);

        foreach (var split in new[] { "train", "validation", "test" })
        {
            var rows = Query($"SELECT DISTINCT split FROM '{Snapshots.File(studio, snapshot, $"examples-{split}.parquet")}'");
            rows.ShouldHaveSingleItem()["split"].ShouldBe(split);
        }

        var train = Snapshots.File(studio, snapshot, "examples-train.parquet");
        var types = Query($"DESCRIBE SELECT * FROM '{train}'").ToDictionary(r => (string)r["column_name"]!, r => (string)r["column_type"]!);
        (types["text"], types["confidence"], types["reviewers"], types["in_audit_sample"], types["labelled_at"])
            .ShouldBe(("VARCHAR", "DOUBLE", "INTEGER", "BOOLEAN", "TIMESTAMP WITH TIME ZONE"));
        Query($"SELECT DISTINCT compression FROM parquet_metadata('{train}')").ShouldHaveSingleItem()["compression"].ShouldBe("ZSTD");
    }

    private static List<Dictionary<string, object?>> Query(string sql)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, object?>>();
        while (reader.Read())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i)));
        }

        return rows;
    }

    private static string Checksum(IEnumerable<(string Id, string Text)> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts.OrderBy(t => t.Id, StringComparer.Ordinal).Select(t => $"{t.Id}\t{t.Text}")))));

    private static string Word(object? value) => value switch
    {
        null => "none",
        JsonElement { ValueKind: JsonValueKind.Null } => "none",
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        JsonElement { ValueKind: JsonValueKind.Number } number => number.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        JsonElement other => other.GetBoolean().ToString(),
        DateTime at => at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        int number => ((double)number).ToString("R", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
