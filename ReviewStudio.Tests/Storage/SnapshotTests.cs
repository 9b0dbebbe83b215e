using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class SnapshotTestsOnSqlite() : SnapshotTests(TestEngine.Sqlite);

public sealed class SnapshotTestsOnPostgreSql() : SnapshotTests(TestEngine.PostgreSql);

public sealed class SnapshotTestsOnSqlServer() : SnapshotTests(TestEngine.SqlServer);

public abstract class SnapshotTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Same_labels_give_the_same_bytes_in_any_culture_and_time_zone()
    {
        await using var studio = await Snapshots.StudioAsync(60, Engine);
        var first = await InPlaceAsync("de-DE", "Pacific/Auckland", () => Snapshots.ExportAsync(studio));
        var files = Files(first);
        await studio.Database.WriteAsync(db => db.Set<Snapshot>().ExecuteDeleteAsync(), None);
        Directory.Delete(Path.Combine(studio.Folders.Snapshots, first.Folder), recursive: true);

        var second = await InPlaceAsync("ar-SA", "America/St_Johns", () => Snapshots.ExportAsync(studio));

        second.LogicalHash.ShouldBe(first.LogicalHash);
        Files(second).ShouldBe(files);
        second.Rows.ShouldBe(60);
    }

    [Fact]
    public async Task Version_tells_added_from_changed_and_the_same_labels_are_the_same_snapshot()
    {
        await using var studio = await Snapshots.StudioAsync(30, Engine);
        var first = await Snapshots.ExportAsync(studio);
        (await Snapshots.ExportAsync(studio)).Id.ShouldBe(first.Id);
        await LabelledPosts.ImportMadeUpAsync(studio, LabelledPosts.MadeUp(30, 10));
        var added = await Snapshots.ExportAsync(studio);
        await Snapshots.RelabelAsync(studio);
        var changed = await Snapshots.ExportAsync(studio);

        (first.Version, added.Version, changed.Version).ShouldBe(("1.0.0", "1.1.0", "2.0.0"));
        (added.Rows, changed.Rows).ShouldBe((40, 40));
        (await Snapshots.ExportAsync(studio, first.Watermark)).Id.ShouldBe(first.Id, "the labels at an earlier watermark are what they were");
    }

    [Fact]
    public async Task Export_broken_off_before_its_row_is_made_again_and_leaves_nothing_aside()
    {
        await using var studio = await Snapshots.StudioAsync(30, Engine);
        var whole = await Snapshots.ExportAsync(studio);
        await studio.Database.WriteAsync(db => db.Set<Snapshot>().ExecuteDeleteAsync(), None);
        var folder = Path.Combine(studio.Folders.Snapshots, whole.Folder);
        var examples = Path.Combine(folder, "examples-train.parquet");
        await File.WriteAllBytesAsync(examples, (await File.ReadAllBytesAsync(examples))[..100]);

        var again = await Snapshots.ExportAsync(studio);

        again.LogicalHash.ShouldBe(whole.LogicalHash);
        (await studio.Get<VerifySnapshot>().RunAsync(again.PublicId, None)).Problems.ShouldBeEmpty();
        Directory.GetDirectories(studio.Folders.Snapshots).ShouldBe([folder]);
    }

    [Fact]
    public async Task Verification_names_files_that_are_altered_or_gone()
    {
        await using var studio = await Snapshots.StudioAsync(10, Engine);
        var snapshot = await Snapshots.ExportAsync(studio);
        var folder = Path.Combine(studio.Folders.Snapshots, snapshot.Folder);
        await File.AppendAllTextAsync(Path.Combine(folder, "examples.jsonl"), "{}\n");
        File.Delete(Path.Combine(folder, "verdicts.parquet"));

        var check = await studio.Get<VerifySnapshot>().RunAsync(snapshot.PublicId, None);

        check.Problems.ShouldBe(["examples.jsonl was altered after it was written.", "verdicts.parquet is missing."], ignoreOrder: true);
    }

    [Fact]
    public async Task Download_leads_to_files_of_the_manifest_and_nowhere_else()
    {
        await using var studio = await Snapshots.StudioAsync(10, Engine);
        var snapshot = await Snapshots.ExportAsync(studio);
        var open = studio.Get<OpenSnapshotFile>();
        var engineer = await studio.ReviewerAsync("eve", roles: Roles.MLEngineer);

        File.Exists((await open.RunAsync(snapshot.PublicId, "examples-train.parquet", engineer, None)).Path).ShouldBeTrue();
        File.Exists((await open.RunAsync(snapshot.PublicId, "manifest.json", engineer, None)).Path).ShouldBeTrue();
        foreach (var name in new[] { "../../studio.db", "..", "", "nothing.txt" })
        {
            (await Should.ThrowAsync<RefusedException>(() => open.RunAsync(snapshot.PublicId, name, engineer, None))).Code.ShouldBe("snapshot-file.unknown");
        }

        var moderator = await studio.ReviewerAsync("mo", roles: Roles.Moderator);
        await Should.ThrowAsync<ForbiddenException>(() => open.RunAsync(snapshot.PublicId, "manifest.json", moderator, None));
    }

    [Fact]
    public async Task Snapshot_job_keeps_the_labels_of_the_moment_that_it_was_asked_for()
    {
        await using var studio = await Snapshots.StudioAsync(20, Engine);
        var policy = (await studio.Get<ListLoopPolicies>().RunAsync(Actor.System, None))[0];
        var job = await studio.Get<StartSnapshot>().RunAsync(policy.Id, new SnapshotOptions(), Actor.System, None);
        await LabelledPosts.ImportMadeUpAsync(studio, LabelledPosts.MadeUp(20, 20));

        await studio.Get<RunBackgroundJob>().RunAsync(job, None);

        var view = (await studio.Get<ListSnapshots>().RunAsync("posts", Actor.System, None)).ShouldHaveSingleItem();
        (view.Snapshot.Rows, view.Present, view.Manifest.Labels["bad"]).ShouldBe((20, true, 7));
    }

    [Fact]
    public async Task Policy_without_labels_is_refused_with_a_way_out()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);

        var refusal = await Should.ThrowAsync<RefusedException>(() => studio.Get<StartSnapshot>().RunAsync(queue.PolicyId, new SnapshotOptions(), Actor.System, None));

        refusal.Message.ShouldContain("Judge some");
    }

    private static List<(string Name, string Sha256)> Files(Snapshot snapshot) =>
        [.. SnapshotManifest.FromJson(snapshot.ManifestJson).Files.Select(f => (f.Name, f.Sha256))];

    private static async Task<T> InPlaceAsync<T>(string culture, string zone, Func<Task<T>> work)
    {
        var before = (CultureInfo.CurrentCulture, Environment.GetEnvironmentVariable("TZ"));
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        Environment.SetEnvironmentVariable("TZ", zone);
        TimeZoneInfo.ClearCachedData();
        try
        {
            return await work();
        }
        finally
        {
            CultureInfo.CurrentCulture = before.CurrentCulture;
            Environment.SetEnvironmentVariable("TZ", before.Item2);
            TimeZoneInfo.ClearCachedData();
        }
    }
}
