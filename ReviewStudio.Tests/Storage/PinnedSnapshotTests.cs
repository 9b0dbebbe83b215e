using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Queue;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class PinnedSnapshotTestsOnSqlite() : PinnedSnapshotTests(TestEngine.Sqlite);

public sealed class PinnedSnapshotTestsOnPostgreSql() : PinnedSnapshotTests(TestEngine.PostgreSql);

public abstract class PinnedSnapshotTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Snapshot_made_again_holds_what_was_frozen_since()
    {
        await using var studio = await Snapshots.StudioAsync(40, Engine);
        var first = await Snapshots.ExportAsync(studio);
        var cases = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().OrderBy(c => c.Id).Take(8).Select(c => c.Id).ToListAsync(), None);
        await studio.Get<FreezeCases>().RunAsync(new FreezeRequest(first.PolicyId, "gates", cases), Actor.System, None);

        var now = await Snapshots.ExportAsync(studio);
        var files = File.ReadAllBytes(Snapshots.File(studio, first, "examples.jsonl"));
        Directory.Delete(Path.Combine(studio.Folders.Snapshots, first.Folder), recursive: true);
        var again = await Snapshots.ExportAsync(studio, first.Watermark);

        (now.Rows, now.LogicalHash == first.LogicalHash).ShouldBe((32, false));
        (again.Rows, again.LogicalHash).ShouldBe((40, first.LogicalHash));
        File.ReadAllBytes(Snapshots.File(studio, again, "examples.jsonl")).ShouldBe(files);
    }
}

public sealed class SnapshotAcrossEnginesTests
{
    [Fact]
    public async Task Same_labels_have_the_same_logical_hash_on_every_engine()
    {
        var hashes = new List<string>();
        foreach (var engine in new[] { TestEngine.Sqlite, TestEngine.PostgreSql })
        {
            await using var studio = await Snapshots.StudioAsync(60, engine);
            hashes.Add((await Snapshots.ExportAsync(studio)).LogicalHash);
        }

        hashes[1].ShouldBe(hashes[0]);
    }
}
