using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Policies;
using ReviewStudio.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class SnapshotFilterTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Snapshot_is_narrowed_to_the_labels_and_verdicts_that_were_asked_for()
    {
        await using var studio = await Snapshots.StudioAsync(30);
        await Snapshots.RelabelAsync(studio, skip: 2);
        var all = await Snapshots.ExportAsync(studio);

        var settled = await Snapshots.ExportAsync(studio, options: new SnapshotOptions(Only: new SnapshotFilter { Methods = ["adjudicated"], MinConfidence = 0.5 }));
        var again = await Snapshots.ExportAsync(studio, options: new SnapshotOptions(Only: new SnapshotFilter { Methods = ["adjudicated", "adjudicated"], MinConfidence = 0.5, Languages = [] }));

        settled.Rows.ShouldBe(1);
        File.ReadAllLines(Snapshots.File(studio, settled, "verdicts.jsonl")).ShouldHaveSingleItem().ShouldContain("\"external_id\":\"2\"");
        (await File.ReadAllTextAsync(Snapshots.File(studio, settled, "README.md"), None)).ShouldContain("Narrowed to: confidence at least 0.5; method adjudicated.");
        again.Id.ShouldBe(settled.Id, "the same choice in another spelling is the same snapshot");
        (await Snapshots.ExportAsync(studio, options: new SnapshotOptions(Only: new SnapshotFilter()))).Id.ShouldBe(all.Id, "an empty filter narrows nothing");
        var kept = SnapshotManifest.FromJson(settled.ManifestJson).Options.Only!;
        (kept.Methods!.Single(), kept.MinConfidence, kept.Languages).ShouldBe(("adjudicated", 0.5, null));
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task Each_condition_lets_its_rows_through_and_no_others(SnapshotFilter passes, SnapshotFilter stops)
    {
        await using var studio = await Snapshots.StudioAsync(3);

        (await Snapshots.ExportAsync(studio, options: new SnapshotOptions(Only: passes))).Rows.ShouldBe(3);
        var refusal = await Should.ThrowAsync<RefusedException>(() => Snapshots.ExportAsync(studio, options: new SnapshotOptions(Only: stops)));
        refusal.Code.ShouldBe("snapshot.empty");
        refusal.Message.ShouldContain("Widen the filter");
    }

    public static TheoryData<SnapshotFilter, SnapshotFilter> Conditions() => new()
    {
        { new() { PolicyVersions = [1, 2] }, new() { PolicyVersions = [2] } },
        { new() { From = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc) }, new() { From = new DateTime(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc) } },
        { new() { Until = new DateTime(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc) }, new() { Until = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc) } },
        { new() { Methods = ["single"] }, new() { Methods = ["majority"] } },
        { new() { Languages = ["de", "en"] }, new() { Languages = ["de"] } },
        { new() { Modalities = ["text"] }, new() { Modalities = ["image"] } },
    };

    [Fact]
    public async Task Filter_that_cannot_be_is_refused_before_a_job_begins()
    {
        await using var studio = await Snapshots.StudioAsync(3);
        var policy = await studio.Database.ReadAsync(db => db.Set<Policy>().SingleAsync(), None);
        var day = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        foreach (var wrong in new SnapshotFilter[] { new() { MinConfidence = 80 }, new() { MinConfidence = double.NaN }, new() { From = day, Until = day }, new() { Methods = ["guess"] } })
        {
            (await Should.ThrowAsync<RefusedException>(() => studio.Get<StartSnapshot>().RunAsync(policy.Id, new SnapshotOptions(Only: wrong), Actor.System, None)))
                .Code.ShouldBe("snapshot.filter");
        }
    }
}
