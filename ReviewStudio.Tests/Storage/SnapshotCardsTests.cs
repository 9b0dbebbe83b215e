using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Policies;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>What stands beside the data of a snapshot, for programs and for people.</summary>
public sealed class SnapshotCardsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Croissant_has_what_version_1_1_requires()
    {
        await using var studio = await Snapshots.StudioAsync(120);
        var snapshot = await Snapshots.ExportAsync(studio);

        var root = await CroissantAsync(studio, snapshot);

        Text(root, "@type").ShouldBe("sc:Dataset");
        Texts(root, "conformsTo").ShouldBe(["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]);
        root.GetProperty("@context").GetProperty("conformsTo").GetString().ShouldBe("dct:conformsTo");
        foreach (var required in new[] { "name", "description", "url", "datePublished" })
        {
            Text(root, required).ShouldNotBeNullOrWhiteSpace(required);
        }

        DateOnly.TryParseExact(Text(root, "datePublished"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _).ShouldBeTrue();
        Text(root.GetProperty("license"), "@type").ShouldBe("CreativeWork");
        Text(root.GetProperty("creator"), "@type").ShouldBe("Organization");
        Text(root, "version").ShouldBe("1.0.0");
        root.GetProperty("isLiveDataset").GetBoolean().ShouldBeFalse();
        foreach (var rai in new[] { "rai:dataAnnotationProtocol", "rai:annotationsPerItem" })
        {
            Text(root, rai).ShouldNotBeNullOrWhiteSpace(rai);
        }

        Texts(root, "rai:annotatorDemographics").ShouldHaveSingleItem().ShouldStartWith("1 reviewers under pseudonyms");
        Texts(root, "rai:dataLimitations").Count.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Croissant_and_checksums_name_each_file_with_the_hash_of_its_bytes()
    {
        await using var studio = await Snapshots.StudioAsync(120);
        var snapshot = await Snapshots.ExportAsync(studio);
        var folder = Path.Combine(studio.Folders.Snapshots, snapshot.Folder);

        var objects = (await CroissantAsync(studio, snapshot)).GetProperty("distribution").EnumerateArray().ToList();
        foreach (var file in objects)
        {
            Text(file, "@type").ShouldBe("cr:FileObject");
            var path = Path.Combine(folder, Text(file, "contentUrl"));
            Text(file, "sha256").ShouldBe(Hash(path));
            Text(file, "contentSize").ShouldBe($"{new FileInfo(path).Length} B");
            Text(file, "encodingFormat").ShouldNotBeEmpty();
        }

        objects.Select(o => Text(o, "@id")).ShouldBe(
            ["README.md", "examples-test.parquet", "examples-train.parquet", "examples-validation.parquet", "examples.jsonl", "verdicts.jsonl", "verdicts.parquet"]);
        var sums = (await File.ReadAllLinesAsync(Path.Combine(folder, "SHA256SUMS"))).Select(l => l.Split("  ")).ToList();
        sums.ShouldAllBe(l => l[0] == Hash(Path.Combine(folder, l[1])));
        sums.Select(l => l[1]).ShouldBe(Directory.GetFiles(folder).Select(Path.GetFileName).Where(n => n is not ("SHA256SUMS" or "manifest.json")), ignoreOrder: true);
        SnapshotManifest.FromJson(snapshot.ManifestJson).Files.ShouldContain(f => f.Name == "SHA256SUMS" && f.Sha256 == Hash(Path.Combine(folder, f.Name)));
    }

    [Fact]
    public async Task Croissant_fields_are_the_columns_and_every_reference_leads_somewhere()
    {
        await using var studio = await Snapshots.StudioAsync(60);
        var snapshot = await Snapshots.ExportAsync(studio);
        var root = await CroissantAsync(studio, snapshot);

        var sets = root.GetProperty("recordSet").EnumerateArray().ToDictionary(s => Text(s, "@id"));
        foreach (var table in new[] { "examples", "verdicts" })
        {
            using var row = JsonDocument.Parse(File.ReadLines(Snapshots.File(studio, snapshot, table + ".jsonl")).First());
            var fields = sets[table].GetProperty("field").EnumerateArray().ToList();
            fields.Select(f => Text(f, "name")).ShouldBe(row.RootElement.EnumerateObject().Select(p => p.Name));
            fields.ShouldAllBe(f => Text(f, "@type") == "cr:Field" && Text(f, "description") != "");
        }

        var ids = new List<string>();
        var references = new List<string>();
        Collect(root, ids, references);
        ids.ShouldBeUnique();
        references.Except(ids).ShouldBeEmpty();
        sets["labels"].GetProperty("data").EnumerateArray().Select(l => Text(l, "labels/key")).ShouldBe(["ok", "bad"]);
    }

    [Fact]
    public async Task Card_names_each_split_with_its_file_and_leaves_the_verdicts_out_where_they_are_left_out()
    {
        await using var studio = await Snapshots.StudioAsync(120);
        var snapshot = await Snapshots.ExportAsync(studio, options: new SnapshotOptions(Verdicts: false));

        var card = await File.ReadAllTextAsync(Snapshots.File(studio, snapshot, "README.md"), None);

        var front = card.Split("---\n")[1];
        front.ShouldContain("configs:\n- config_name: examples\n  default: true\n  data_files:\n  - split: train\n    path: examples-train.parquet\n  - split: validation\n    path: examples-validation.parquet\n  - split: test\n    path: examples-test.parquet\n");
        front.ShouldNotContain("verdicts");
        front.ShouldContain("language:\n- \"en\"\n");
        card.ShouldContain("| bad | ");
        card.ShouldContain("## Known limits");
        (await CroissantAsync(studio, snapshot)).GetProperty("recordSet").EnumerateArray().ShouldNotContain(s => Text(s, "@id") == "verdicts");
    }

    [Fact]
    public async Task Words_from_outside_stay_words_in_the_card()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.Database.WriteAsync(
            db => db.Set<Policy>().ExecuteUpdateAsync(p => p.SetProperty(x => x.Name, "A\"\n---\n# <script>alert(1)</script> | [x](y)")), None);
        await LabelledPosts.ImportMadeUpAsync(studio, LabelledPosts.MadeUp(0, 20));
        var snapshot = await Snapshots.ExportAsync(studio);

        var card = await File.ReadAllTextAsync(Snapshots.File(studio, snapshot, "README.md"), None);

        card.Split('\n').Count(l => l == "---").ShouldBe(2);
        card.Split("---\n")[1].ShouldContain("pretty_name: \"A\\\"\\x0a---\\x0a# <script>");
        card.Split("\n---\n", 2)[1].ShouldNotContain("<script>");
        (await CroissantAsync(studio, snapshot)).GetProperty("description").GetString()!.ShouldContain("<script>");
    }

    private static void Collect(JsonElement node, List<string> ids, List<string> references)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (var child in node.EnumerateArray())
            {
                Collect(child, ids, references);
            }
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            var properties = node.EnumerateObject().Where(p => p.Name is not ("@context" or "data")).ToList();
            foreach (var id in properties.Where(p => p.Name == "@id"))
            {
                (properties.Count == 1 ? references : ids).Add(id.Value.GetString()!);
            }

            properties.ForEach(p => Collect(p.Value, ids, references));
        }
    }

    private static async Task<JsonElement> CroissantAsync(TestStudio studio, Snapshot snapshot) =>
        JsonDocument.Parse(await File.ReadAllTextAsync(Snapshots.File(studio, snapshot, "croissant.json"), None)).RootElement;

    private static string Text(JsonElement node, string name) => node.GetProperty(name).GetString()!;

    private static List<string> Texts(JsonElement node, string name) => [.. node.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
