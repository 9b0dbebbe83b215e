using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class SnapshotDiffTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Difference_names_what_was_added_removed_and_relabelled_with_the_verdicts_behind_it()
    {
        await using var studio = await Snapshots.StudioAsync(30);
        var first = await Snapshots.ExportAsync(studio);
        await LabelledPosts.ImportMadeUpAsync(studio, LabelledPosts.MadeUp(30, 4));
        await Snapshots.RelabelAsync(studio, skip: 2);
        await Snapshots.RelabelAsync(studio, skip: 5, withdraw: true);
        var second = await Snapshots.ExportAsync(studio);

        var diff = await DiffAsync(studio, first, second);

        (diff.Relabelled, diff.Removed, diff.Added, diff.Unchanged).ShouldBe((1, 1, 4, 28));
        diff.Changes.Select(c => (c.Kind, c.ExternalId, c.Before, c.After)).ShouldBe(
        [
            ("relabelled", "2", "ok", "bad"), ("removed", "5", "ok", null),
            ("added", "30", null, "bad"), ("added", "31", null, "ok"), ("added", "32", null, "ok"), ("added", "33", null, "bad"),
        ]);
        var later = await studio.Database.ReadAsync(
            db => (from e in db.Set<LabelledExample>() join v in db.Set<Verdict>() on e.VerdictId equals v.Id where e.Id > first.Watermark select v.PublicId).ToListAsync(), None);
        diff.Changes.ShouldAllBe(c => c.Verdicts.Count == 1);
        diff.Changes.SelectMany(c => c.Verdicts).ShouldBe(later, ignoreOrder: true);
    }

    [Fact]
    public async Task Difference_read_backwards_swaps_added_and_removed()
    {
        await using var studio = await Snapshots.StudioAsync(10);
        var first = await Snapshots.ExportAsync(studio);
        await LabelledPosts.ImportMadeUpAsync(studio, LabelledPosts.MadeUp(10, 3));
        var second = await Snapshots.ExportAsync(studio);

        var back = await DiffAsync(studio, second, first, most: 2);

        (back.Added, back.Removed, back.Relabelled, back.Unchanged).ShouldBe((0, 3, 0, 10));
        back.Changes.Select(c => c.ExternalId).ShouldBe(["10", "11"], "no more than asked for are listed");
        back.Changes.ShouldAllBe(c => c.Verdicts.Count == 1);
        (await DiffAsync(studio, first, first)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Snapshots_that_cannot_be_compared_are_refused()
    {
        await using var studio = await Snapshots.StudioAsync(10);
        var snapshot = await Snapshots.ExportAsync(studio);
        var other = await studio.QueueAsync("other", ["fine", "spam"]);
        var foreign = await studio.Database.WriteAsync(
            async db =>
            {
                var version = await db.Set<Core.Policies.PolicyVersion>().SingleAsync(v => v.PolicyId == other.PolicyId);
                var made = new Snapshot { PolicyId = other.PolicyId, PolicyVersionId = version.Id, Folder = snapshot.Folder, LogicalHash = "x", CreatedAt = snapshot.CreatedAt };
                db.Add(made);
                await db.SaveChangesAsync();
                return made;
            },
            None);

        (await Should.ThrowAsync<RefusedException>(() => DiffAsync(studio, snapshot, foreign))).Code.ShouldBe("snapshot.other-policy");
        (await Should.ThrowAsync<RefusedException>(() => DiffAsync(studio, snapshot, new Snapshot()))).Code.ShouldBe("snapshot.unknown");
        Directory.Delete(Path.Combine(studio.Folders.Snapshots, snapshot.Folder), recursive: true);
        (await Should.ThrowAsync<RefusedException>(() => DiffAsync(studio, snapshot, snapshot))).Code.ShouldBe("snapshot.files-missing");
        var moderator = await studio.ReviewerAsync("mo", roles: Roles.Moderator);
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<DiffSnapshots>().RunAsync(new SnapshotDiffRequest(snapshot.PublicId, snapshot.PublicId), moderator, None));
    }

    private static Task<SnapshotDiff> DiffAsync(TestStudio studio, Snapshot from, Snapshot to, int most = int.MaxValue) =>
        studio.Get<DiffSnapshots>().RunAsync(new SnapshotDiffRequest(from.PublicId, to.PublicId, most), Actor.System, None);
}
