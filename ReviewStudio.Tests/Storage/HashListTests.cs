using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class HashListTestsOnSqlite() : HashListTests(TestEngine.Sqlite);

public sealed class HashListTestsOnPostgreSql() : HashListTests(TestEngine.PostgreSql);

public abstract class HashListTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Listed_picture_is_known_by_its_bytes_and_by_its_copies_until_it_is_taken_off_with_a_reason()
    {
        await using var studio = await StartAsync();
        var lead = await SetUpAsync(studio);
        var picture = CopiedPictures.Make(21);
        (await ListAsync(studio, lead, picture)).ShouldBe(new ChangedHashes(2, 0));
        (await ListAsync(studio, lead, picture)).ShouldBe(new ChangedHashes(0, 2));

        (await MatchAsync(studio, picture)).ShouldBe(("hash", ScanOutcome.Block));
        foreach (var way in new[] { "recompressed", "mirrored", "turned right", "half size" })
        {
            (await MatchAsync(studio, CopiedPictures.Copy(picture, way))).ShouldBe(("likeness", ScanOutcome.Block), way);
        }

        (await MatchAsync(studio, CopiedPictures.Make(22))).ShouldBeNull();
        var marks = await MarksAsync(studio, picture);
        var found = (await studio.Get<FindListed>().RunAsync(new MemoryStream(CopiedPictures.Copy(picture, "mirrored")), lead, None)).ShouldHaveSingleItem();
        (found.List, found.By, found.InForce, found.Distance is >= 0 and <= PdqHash.Near).ShouldBe(("known", "lea", true, true));

        var change = studio.Get<ChangeHashes>();
        string[] both = [marks.Sha256, "pdq:" + marks.Pictures[0].Hash];
        (await Should.ThrowAsync<RefusedException>(change.RunAsync(new HashChange("known", both, Remove: true), lead, None))).Code.ShouldBe("reason.missing");
        (await change.RunAsync(new HashChange("known", both, Remove: true, Reason: "A mix-up of our own"), lead, None)).ShouldBe(new ChangedHashes(2, 0));
        (await MatchAsync(studio, picture)).ShouldBeNull();

        (await studio.Get<ListHashChanges>().RunAsync("known", lead, None)).ConvertAll(c => (c.By, c.Added, c.Removed, c.Origin, c.Reason))
            .ShouldBe([("lea", 0, 2, "", "A mix-up of our own"), ("lea", 2, 0, "file photo.jpg", "")]);
        var events = await studio.Database.ReadAsync(db => db.Set<AuditEvent>().Where(e => e.Action.StartsWith("hash-list.")).OrderBy(e => e.Id).Select(e => e.Action).ToListAsync(), None);
        events.ShouldBe(["hash-list.added", "hash-list.extended", "hash-list.shortened"]);
        (await studio.Get<ListHashLists>().RunAsync(lead, None)).Single().Entries.ShouldBe(0);
    }

    [Fact]
    public async Task Table_of_hashes_brings_kinds_distances_and_ends_and_what_expired_matches_no_more()
    {
        await using var studio = await StartAsync();
        var lead = await SetUpAsync(studio);
        var (near, far, old) = (CopiedPictures.Make(31), CopiedPictures.Make(32), CopiedPictures.Make(33));
        var change = studio.Get<ChangeHashes>();
        async Task<string> PdqAsync(byte[] picture, int flip)
        {
            var hash = (await MarksAsync(studio, picture)).Pictures[0].Hash;
            return new PdqHash(hash.A ^ ((1UL << flip) - 1), hash.B, hash.C, hash.D).ToString();
        }

        string[] table =
        [
            "expires,hash,kind,distance",
            $",{await PdqAsync(near, 10)},pdq,10",
            $",{await PdqAsync(far, 10)},PDQ,9",
            $"{studio.Clock.Instant().AddDays(3):yyyy-MM-dd},{(await MarksAsync(studio, old)).Sha256},sha-256,",
        ];
        (await change.RunAsync(new HashChange("known", [string.Join('\n', table)], Origin: "partner.csv"), lead, None)).ShouldBe(new ChangedHashes(3, 0));

        (await MatchAsync(studio, near)).ShouldBe(("likeness", ScanOutcome.Block));
        (await MatchAsync(studio, far)).ShouldBeNull("ten bits apart where nine are allowed");
        (await MatchAsync(studio, old)).ShouldBe(("hash", ScanOutcome.Block));
        studio.Clock.Advance(TimeSpan.FromDays(4));
        (await MatchAsync(studio, old)).ShouldBeNull("its entry has expired");
        (await MatchAsync(studio, near)).ShouldNotBeNull();
        studio.Clock.Advance(TimeSpan.FromDays(400));
        (await MatchAsync(studio, near)).ShouldBeNull("the list has expired");

        foreach (var (row, words) in new[] { ("abc,pdq,9,", "Entry 2 is no PDQ hash"), ($"{new string('a', 64)},pdq,32,", "at most 31"), ($"{new string('a', 64)},md5,,", "has the kind 'md5'"), ($"{new string('a', 64)},,,soon", "ends 'soon'") })
        {
            (await Should.ThrowAsync<RefusedException>(change.RunAsync(new HashChange("known", ["hash,kind,distance,expires", row]), lead, None))).Message.ShouldContain(words);
        }
    }

    [Fact]
    public async Task Picture_with_nothing_to_see_is_listed_by_its_bytes_alone()
    {
        await using var studio = await StartAsync();
        var lead = await SetUpAsync(studio);
        var plain = MediaFiles.DensePng();

        (await Should.ThrowAsync<RefusedException>(ListAsync(studio, lead, plain))).Code.ShouldBe("picture.plain");
        (await ListAsync(studio, lead, plain, alike: false)).ShouldBe(new ChangedHashes(1, 0));
        (await MatchAsync(studio, plain)).ShouldBe(("hash", ScanOutcome.Block));
        (await studio.Get<ListFile>().RunAsync(new FileToList("known", new MemoryStream("any bytes"u8.ToArray()), "note.txt"), lead, None)).ShouldBe(new ChangedHashes(1, 0));
        (await studio.Get<ScanContent>().RunAsync(new ScanRequest("forum", "1", "any bytes", DryRun: true), lead, None)).Outcome.ShouldBe(ScanOutcome.Block, "a text file's bytes are the text's");
    }

    [Fact]
    public async Task Listed_content_that_comes_in_for_review_is_flagged_at_once_or_when_it_was_looked_at()
    {
        await using var studio = await StartAsync();
        var lead = await SetUpAsync(studio);
        var picture = CopiedPictures.Make(41);
        await ListAsync(studio, lead, picture);
        await studio.Get<ChangeHashes>().RunAsync(new HashChange("known", [HashEntry.Of("known words")]), lead, None);
        var copy = CopiedPictures.Copy(picture, "mirrored");

        await LikenessTests.AddAsync(studio, "same", picture, "rules");
        await LikenessTests.AddAsync(studio, "copy", copy, "rules");
        await LikenessTests.AddAsync(studio, "other", CopiedPictures.Make(42), "rules");
        await studio.Get<AddItems>().RunAsync(new NewItems("rules", "test", [new NewItem("words", "known words")]), Actor.System, None);
        (await FlagsAsync(studio)).ShouldBe([("same", HashKind.Sha256), ("words", HashKind.Sha256)], "by their bytes at once");
        await MediaTests.LookAsync(studio, CopiedPictures.Make(43));
        (await FlagsAsync(studio)).ShouldBe([("copy", HashKind.Pdq), ("same", HashKind.Sha256), ("words", HashKind.Sha256)]);
        await LikenessTests.AddAsync(studio, "copy again", copy, "rules");
        (await FlagsAsync(studio)).ShouldContain(("copy again", HashKind.Pdq), "what is known of the file is enough");

        var mara = await studio.ReviewerAsync("mara");
        var hints = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        while (await studio.ClaimAsync(mara) is { } sheet)
        {
            hints[sheet.Item.ExternalId] = sheet.Hints;
        }

        hints["same"].ShouldHaveSingleItem().ShouldContain("“Known” of Partner exchange, which stands for bad");
        hints["copy"].ShouldHaveSingleItem().ShouldContain("of 256 bits differ");
        hints["other"].ShouldBeEmpty();
        (await studio.Get<ListHashLists>().RunAsync(lead, None)).Single().Flagged.ShouldBe(4);
    }

    private static async Task<Actor> SetUpAsync(TestStudio studio)
    {
        var queue = await studio.QueueAsync("rules", ["ok", "bad"], q => (q.AuditRate, q.Plan.GoldShare) = (1e-12, 0));
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        queue.Key.ShouldBe("rules");
        await studio.Get<SetScanning>().RunAsync(new ScanForm("rules", true, "rules", ScanOutcome.Allow, ScanOutcome.Allow, new Dictionary<string, Threshold>()), lead, None);
        await studio.Get<AddHashList>().RunAsync(new NewHashList("known", "Known", "rules", "bad", ScanOutcome.Block, "Partner exchange", 365), lead, None);
        return lead;
    }

    private static Task<ChangedHashes> ListAsync(TestStudio studio, Actor lead, byte[] picture, bool alike = true) =>
        studio.Get<ListFile>().RunAsync(new FileToList("known", new MemoryStream(picture), "photo.jpg", alike), lead, None);

    private static Task<FileMarks> MarksAsync(TestStudio studio, byte[] file) => studio.Get<MarkFile>().RunAsync(new MemoryStream(file), 10_000_000, None);

    private static async Task<(string Kind, ScanOutcome Outcome)?> MatchAsync(TestStudio studio, byte[] file)
    {
        studio.Get<ScanBook>().Forget();
        var matcher = (await studio.Get<ScanBook>().CurrentAsync(None)).Matcher;
        var hit = (await matcher.FindAsync([], [await MarksAsync(studio, file)], None)).Values.SingleOrDefault();
        return hit is null ? null : (hit.Match.Kind, hit.Outcome);
    }

    private static async Task<List<(string Item, HashKind Kind)>> FlagsAsync(TestStudio studio) => (await studio.Database.ReadAsync(
        db => (from flag in db.Set<HashFlag>()
               join reviewCase in db.Set<ReviewCase>() on flag.CaseId equals reviewCase.Id
               join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
               orderby item.ExternalId
               select new { item.ExternalId, flag.Kind }).ToListAsync(),
        None)).ConvertAll(f => (f.ExternalId, f.Kind));
}
