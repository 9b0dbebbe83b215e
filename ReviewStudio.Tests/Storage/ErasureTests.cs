using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Datasets.Lineage;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ErasureTestsOnSqlite() : ErasureTests(TestEngine.Sqlite);

public sealed class ErasureTestsOnPostgreSql() : ErasureTests(TestEngine.PostgreSql);

public abstract class ErasureTests(TestEngine engine) : StorageContract(engine)
{
    private const string Told = "number 7 ";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Erased_item_is_gone_from_database_and_files_and_the_snapshot_says_why()
    {
        await using var studio = await Snapshots.StudioAsync(30, Engine);
        await studio.Database.WriteAsync(
            async db =>
            {
                var quoted = await db.Set<Item>().Where(i => i.ExternalId == "7").Select(i => i.Id).SingleAsync();
                await db.Set<Verdict>().ExecuteUpdateAsync(set => set.SetProperty(v => v.Note, "a note"));
                await db.Set<Verdict>().Where(v => db.Set<Core.Queue.ReviewCase>().Any(c => c.Id == v.CaseId && c.ItemId == quoted))
                    .ExecuteUpdateAsync(set => set.SetProperty(v => v.Note, "quotes what number 7 said"));
            },
            None);
        var first = await Snapshots.ExportAsync(studio);
        await studio.Database.WriteAsync(
            async db =>
            {
                db.Add(new ItemVector { ItemId = await db.Set<Item>().Where(i => i.ExternalId == "7").Select(i => i.Id).SingleAsync(), EncoderVersion = "v", Data = [1] });
                db.Add(new Head
                {
                    PolicyId = first.PolicyId, PolicyVersionId = first.PolicyVersionId, Number = 1, Trainer = "logistic-1", EncoderVersion = "v", FileHash = "f",
                    SnapshotHash = first.LogicalHash, TrainedOn = 30, CreatedAt = studio.Clock.Instant(),
                });
                await db.SaveChangesAsync();
            },
            None);

        var job = await EraseAsync(studio, "7");
        await studio.Get<RunBackgroundJob>().RunAsync(job, None);

        (await studio.Get<JobDesk>().FindAsync(job, None))!.State.ShouldBe(JobState.Succeeded);
        var item = await studio.Database.ReadAsync(db => db.Set<Item>().Include(i => i.Parts).SingleAsync(i => i.ExternalId == "7"), None);
        (item.Parts.Single().Text, item.ErasedAt.HasValue).ShouldBe(("", true));
        (await studio.Database.ReadAsync(db => db.Set<ItemVector>().AnyAsync(v => v.ItemId == item.Id), None)).ShouldBeFalse();
        (await studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(v => v.Note == ""), None)).ShouldBe(1, "only the notes on this item go");

        var again = await studio.Database.ReadAsync(db => db.Set<Snapshot>().SingleAsync(), None);
        (again.Id, again.Version, again.Edition, again.Rows).ShouldBe((first.Id, first.Version, 2, 29));
        again.LogicalHash.ShouldNotBe(first.LogicalHash);
        var erasure = SnapshotManifest.FromJson(again.ManifestJson).Erasures.ShouldHaveSingleItem();
        (erasure.LogicalHash, erasure.Reason, erasure.Items).ShouldBe((first.LogicalHash, "Request of the author", 1));
        (await studio.Get<VerifySnapshot>().RunAsync(again.PublicId, None)).Problems.ShouldBeEmpty();
        Directory.GetDirectories(studio.Folders.Snapshots).ShouldBe([Path.Combine(studio.Folders.Snapshots, again.Folder)], "the files of the former edition are gone");
        foreach (var file in Directory.GetFiles(Path.Combine(studio.Folders.Snapshots, again.Folder)))
        {
            (await File.ReadAllTextAsync(file, None)).ShouldNotContain(Told, Case.Sensitive, file);
        }

        (await File.ReadAllTextAsync(Snapshots.File(studio, again, "README.md"), None)).ShouldContain("Request of the author");
        (await Snapshots.ExportAsync(studio, first.Watermark)).LogicalHash.ShouldBe(again.LogicalHash, "made from the database, the same edition comes out");
        var lineage = await studio.Get<TraceLineage>().OfSnapshotAsync(again.PublicId, Actor.System, None);
        lineage.Hashes.ShouldBe([first.LogicalHash, again.LogicalHash]);
        lineage.Heads.ShouldHaveSingleItem().ErasedSince.ShouldBe(1);
        var audit = await studio.Database.ReadAsync(db => db.Set<AuditEvent>().SingleAsync(e => e.Action == "item.erased"), None);
        audit.DetailsJson.ShouldContain("digest");
        audit.DetailsJson.ShouldNotContain("number 7");
    }

    [Fact]
    public async Task Erasure_broken_off_after_any_step_ends_with_one_clean_edition()
    {
        await using var studio = await Snapshots.StudioAsync(20, Engine);
        var first = await Snapshots.ExportAsync(studio);
        var former = Path.Combine(studio.Folders.Snapshots, first.Folder);
        var copy = Directory.CreateTempSubdirectory().FullName;
        foreach (var file in Directory.GetFiles(former))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        var job = await EraseAsync(studio, "7");
        await studio.Get<RunBackgroundJob>().RunAsync(job, None);

        // As if it had ended between the commit and the deletion, and before the resume point.
        Directory.Move(copy, former);
        await studio.Database.WriteAsync(
            db => db.Set<BackgroundJob>().Where(j => j.Id == job).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Queued).SetProperty(j => j.ResumeJson, (string?)null)), None);
        await studio.Get<RunBackgroundJob>().RunAsync(job, None);

        var again = await studio.Database.ReadAsync(db => db.Set<Snapshot>().SingleAsync(), None);
        again.Edition.ShouldBe(2);
        Directory.GetDirectories(studio.Folders.Snapshots).ShouldBe([Path.Combine(studio.Folders.Snapshots, again.Folder)]);
    }

    [Fact]
    public async Task Erasure_wants_a_right_a_reason_and_the_id_once_more()
    {
        await using var studio = await Snapshots.StudioAsync(3, Engine);
        var erase = studio.Get<EraseItem>();
        var engineer = await studio.ReviewerAsync("eve", roles: Roles.MLEngineer);

        await Should.ThrowAsync<ForbiddenException>(() => erase.RunAsync(new EraseRequest("made-up", "1", "because", "1"), engineer, None));
        (await Should.ThrowAsync<RefusedException>(() => erase.RunAsync(new EraseRequest("made-up", "1", " ", "1"), Actor.System, None))).Code.ShouldBe("erasure.reason");
        (await Should.ThrowAsync<RefusedException>(() => erase.RunAsync(new EraseRequest("made-up", "1", "because", "2"), Actor.System, None))).Code.ShouldBe("erasure.unconfirmed");
        (await Should.ThrowAsync<RefusedException>(() => erase.RunAsync(new EraseRequest("made-up", "99", "because", "99"), Actor.System, None))).Code.ShouldBe("item.unknown");
        await EraseAsync(studio, "1");
        (await Should.ThrowAsync<RefusedException>(() => EraseAsync(studio, "1"))).Code.ShouldBe("item.erased");
    }

    [Fact]
    public async Task Lineage_leads_from_a_verdict_to_its_item_and_every_snapshot_that_holds_it()
    {
        await using var studio = await Snapshots.StudioAsync(10, Engine);
        var snapshot = await Snapshots.ExportAsync(studio);
        var trace = studio.Get<TraceLineage>();

        var forward = await trace.OfSnapshotAsync(snapshot.PublicId, Actor.System, None);
        var verdict = forward.FirstVerdicts.First(v => v.ExternalId == "4");
        var back = await trace.OfVerdictAsync(verdict.Id, Actor.System, None);

        forward.FirstVerdicts.Count.ShouldBe(10);
        (back.ExternalId, back.Verdicts.ShouldHaveSingleItem().Id).ShouldBe(("4", verdict.Id));
        back.Snapshots.ShouldHaveSingleItem().Id.ShouldBe(snapshot.PublicId);
        (await trace.OfItemAsync("made-up", "4", Actor.System, None)).Id.ShouldBe(back.Id);
    }

    private static Task<long> EraseAsync(TestStudio studio, string id) =>
        studio.Get<EraseItem>().RunAsync(new EraseRequest("made-up", id, "Request of the author", id), Actor.System, None);
}
