using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Datasets.Splitting;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class LikenessTestsOnSqlite() : LikenessTests(TestEngine.Sqlite);

public sealed class LikenessTestsOnPostgreSql() : LikenessTests(TestEngine.PostgreSql);

public abstract class LikenessTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Copies_of_a_picture_join_its_group_and_another_picture_does_not()
    {
        await using var studio = await StartAsync();
        var picture = CopiedPictures.Make(1);
        var first = await MediaTests.LookAsync(studio, picture);
        (first.LikeId, first.LikeDistance).ShouldBe((null, null));

        foreach (var way in CopiedPictures.Ways.Keys)
        {
            var copy = await MediaTests.LookAsync(studio, CopiedPictures.Copy(picture, way));
            copy.Hash.ShouldNotBe(first.Hash, way);
            copy.LikeId.ShouldBe(first.Id, way);
            copy.LikeDistance!.Value.ShouldBeInRange(0, PdqHash.Near, way);
        }

        (await MediaTests.LookAsync(studio, CopiedPictures.Make(2))).LikeId.ShouldBeNull();
    }

    [Fact]
    public async Task Video_stored_anew_joins_the_group_of_the_first_and_a_still_of_it_does_not()
    {
        await using var studio = await StartAsync();
        var first = await MediaTests.LookAsync(studio, MediaFiles.Make("video/mp4"));
        var other = await MediaTests.LookAsync(studio, MediaFiles.Make("video/webm"));
        var sound = await MediaTests.LookAsync(studio, MediaFiles.Make("audio/wav"));
        var still = await MediaTests.LookAsync(studio, MediaFiles.Make("image/png"));

        (other.LikeId, sound.LikeId, still.LikeId).ShouldBe((first.Id, null, null));
        var frames = await studio.Database.ReadAsync(db => db.Set<MediaPrint>().CountAsync(p => p.ProbeId == first.Id), None);
        frames.ShouldBeInRange(LookAlike.VideoFrames - 2, LookAlike.VideoFrames);
    }

    [Fact]
    public async Task All_hashes_up_to_31_bits_away_are_found_in_any_band_and_none_beyond()
    {
        await using var studio = await StartAsync();
        var random = new Random(3);
        var middle = Random(random);
        var distances = Enumerable.Range(0, 64).ToList();
        await AddPrintsAsync(studio, [.. distances.Select(d => Flip(middle, d, random)), .. Enumerable.Range(0, 500).Select(_ => Random(random))]);

        var found = await studio.Database.ReadAsync(db => FindAlike.RunAsync(db, [middle], PdqHash.Near, None), None);

        found.Select(f => f.Distance).Order().ShouldBe(Enumerable.Range(0, 32));
        found.ShouldAllBe(f => f.Frame == f.Distance);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(studio.Database.ReadAsync(db => FindAlike.RunAsync(db, [middle], PdqHash.Near + 1, None), None));
    }

    [Fact]
    public async Task Lookup_reads_the_bands_by_their_key_and_never_the_whole_table()
    {
        await using var studio = await StartAsync();
        var random = new Random(4);
        await AddPrintsAsync(studio, [.. Enumerable.Range(0, 4_000).Select(_ => Random(random))]);
        var keys = Bands.KeysNear(Random(random)).ToArray();
        var plan = await studio.Database.WriteAsync(
            async db =>
            {
                await db.Database.ExecuteSqlRawAsync("ANALYZE");
                var query = from band in db.Set<MediaBand>() join print in db.Set<MediaPrint>() on band.PrintId equals print.Id where keys.Contains(band.Key) select print.Hash;
                await using var command = query.CreateDbCommand();
                command.Transaction = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(db.Database.CurrentTransaction!);
                command.CommandText = (Engine == TestEngine.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + command.CommandText;
                await using var reader = await command.ExecuteReaderAsync();
                var lines = new List<string>();
                while (await reader.ReadAsync())
                {
                    lines.Add(reader.GetValue(reader.FieldCount - 1).ToString()!);
                }

                return string.Join('\n', lines);
            },
            None);

        // Once the table has been vacuumed, PostgreSQL reads the index alone.
        var wanted = Engine == TestEngine.Sqlite ? "SEARCH m USING COVERING INDEX sqlite_autoindex_MediaBand_1 \\(Key=\\?\\)" : "Index (Only )?Scan (on|using) \"PK_MediaBand\"";
        plan.ShouldMatch(wanted, plan);
        plan.ShouldNotContain("Seq Scan on \"MediaBand\"", customMessage: plan);
    }

    [Fact]
    public async Task Fifty_copies_of_the_most_uncertain_text_do_not_follow_one_another_and_the_rest_keeps_its_order()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("lane", ["ok", "bad"], q => (q.ArrivalWeight, q.SeverityWeight, q.AuditRate) = (0, 0, 1e-12));
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 200).Select(i => $"post {i}"));
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? "Win a PHONE now" : "win  a phone\u200b now") + (i % 3 == 0 ? " " : "")));
        var tasks = await RankedAsync(studio);
        tasks.Where(t => t.Copy).Select(t => t.Ordinal).Order().ShouldBe(Enumerable.Range(0, 50));

        // The copies are the most uncertain of all, the others less and less.
        await studio.Database.WriteAsync(
            async db =>
            {
                var reviewQueue = await db.Set<ReviewQueue>().SingleAsync();
                foreach (var reviewCase in await db.Set<ReviewCase>().OrderBy(c => c.Id).ToListAsync())
                {
                    reviewCase.Uncertainty = tasks.Single(t => t.CaseId == reviewCase.Id).Copy ? 1 : 0.99 - (reviewCase.Id / 250.0);
                    var task = await db.Set<ReviewTask>().SingleAsync(t => t.CaseId == reviewCase.Id);
                    task.Rank = Ranks.ForTask(reviewQueue, reviewCase, task.Purpose, reviewCase.Uncertainty, reviewCase.Severity);
                }

                await db.SaveChangesAsync();
            },
            None);
        var order = (await RankedAsync(studio)).Where(t => t.Purpose == TaskPurpose.Review).ToList();

        order[0].Copy.ShouldBeTrue("the first of them is the most uncertain of all");
        var head = order.Take(125).ToList();
        head.Zip(head.Skip(1)).ShouldAllBe(pair => !(pair.First.Copy && pair.Second.Copy));
        head.Count(t => t.Copy).ShouldBeLessThan(5);
        order.Where(t => !t.Copy).Select(t => t.CaseId).ShouldBe(order.Where(t => !t.Copy).Select(t => t.CaseId).Order(), "the rest keeps its order");
        order.Where(t => t.Copy).Select(t => t.Ordinal).ShouldBeInOrder();
    }

    [Fact]
    public async Task Picture_found_to_be_a_copy_after_its_item_came_in_stands_further_back_and_erasing_forgets_what_it_was_like()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("media", ["ok", "bad"]);
        var picture = CopiedPictures.Make(5);
        await AddAsync(studio, "1", picture);
        await AddAsync(studio, "2", CopiedPictures.Copy(picture, "mirrored"));
        await AddAsync(studio, "3", CopiedPictures.Make(6));
        await AddAsync(studio, "4", picture);
        var before = await CasesAsync(studio);
        before.Select(c => c.LikeOrdinal).ShouldBe([0, 0, 0, 1], "by bytes alone the fourth is the first again");

        await MediaTests.LookAsync(studio, CopiedPictures.Make(7));
        var after = await CasesAsync(studio);

        after.Select(c => c.LikeOrdinal).ShouldBe([0, 2, 0, 1]);
        (after[1].LikePrint == after[0].LikePrint, after[1].ContentPrint == after[0].ContentPrint, after[2].LikePrint == after[0].LikePrint).ShouldBe((true, false, false));
        var ranks = await studio.Database.ReadAsync(db => db.Set<ReviewTask>().OrderBy(t => t.CaseId).Select(t => t.Rank).ToListAsync(), None);
        var queue = await studio.Database.ReadAsync(db => db.Set<ReviewQueue>().SingleAsync(), None);
        for (var i = 0; i < 4; i++)
        {
            ranks[i].ShouldBe(Ranks.ForTask(queue, after[i], TaskPurpose.Review, 1, 0), 1e-9);
        }

        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await studio.Get<EraseItem>().RunAsync(new EraseRequest("test", "2", "Asked for by the author", "2"), lead, None);
        (await CasesAsync(studio))[1].LikePrint.ShouldBeNull();
        (await studio.Database.ReadAsync(db => db.Set<MediaBand>().CountAsync(), None)).ShouldBe(3 * Bands.Count, "those of the erased picture are gone");
    }

    [Fact]
    public async Task Copies_of_a_picture_share_a_split_as_far_as_the_snapshot_knows_of_them()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("media", ["ok", "bad"], q => (q.AuditRate, q.Plan.GoldShare) = (1e-12, 0));
        var mara = await studio.ReviewerAsync("mara");
        var picture = CopiedPictures.Make(8);
        var ids = new[] { "test", "train" }.Select(split => Enumerable.Range(0, 500).Select(i => $"{i}").First(id => StableSplit.Of("test", id) == split)).ToList();
        await AddAsync(studio, ids[0], picture);
        await AddAsync(studio, ids[1], CopiedPictures.Copy(picture, "recompressed"));
        await studio.JudgeNextAsync(mara, "bad");
        await studio.JudgeNextAsync(mara, "bad");
        var before = await studio.Get<ReadLabels>().PinAsync(queue.PolicyId, None);
        await MediaTests.LookAsync(studio, CopiedPictures.Make(7));
        var after = await studio.Get<ReadLabels>().PinAsync(queue.PolicyId, None);

        (await SplitsAsync(studio, queue, before)).ShouldBe(["test", "train"]);
        (await SplitsAsync(studio, queue, after)).ShouldBe(["test", "test"]);
        (before.LikenessMark, after.LikenessMark > 0).ShouldBe((0, true));
    }

    [Fact]
    public async Task Judged_pictures_of_much_the_same_features_are_found_the_nearest_first()
    {
        await using var studio = await StartAsync();
        var version = studio.Get<EncoderCatalog>().ImageVersion;
        Assert.SkipWhen(version is null, "the package of ImageEncoder is not here");
        await studio.QueueAsync("media", ["ok", "bad"], q => (q.AuditRate, q.Plan.GoldShare) = (1e-12, 0));
        double[] angles = [0, 0.2, 0.4, 0.6, 0.1];
        for (var i = 0; i < angles.Length; i++)
        {
            await AddAsync(studio, $"{i}", CopiedPictures.Make(60 + i));
        }

        var hashes = await studio.Database.ReadAsync(db => db.Set<ItemPart>().OrderBy(p => p.ItemId).Select(p => p.BlobHash!).ToListAsync(), None);
        await studio.Database.WriteAsync(
            async db =>
            {
                db.AddRange(hashes.Select((hash, i) =>
                {
                    var features = new float[ImageEncoder.Dimensions];
                    (features[3], features[900]) = ((float)(5 * Math.Cos(angles[i])), (float)(5 * Math.Sin(angles[i])));
                    return new ContentVector
                    {
                        ContentHash = hash, View = ContentView.Image, EncoderVersion = version!,
                        Data = ContentVector.Write(new ImageFeatures(features, new float[ImageEncoder.LayoutDimensions], new float[ImageEncoder.ClassNames.Count])),
                    };
                }));
                await db.SaveChangesAsync();
            },
            None);
        var mara = await studio.ReviewerAsync("mara");
        for (var i = 0; i < angles.Length - 1; i++)
        {
            await studio.JudgeNextAsync(mara, "bad");
        }

        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        var found = await studio.Get<FindSimilar>().RunAsync((await CasesAsync(studio))[0].PublicId, lead, None);

        found.Select(s => s.ExternalId).ShouldBe(["1", "2"], "the fourth is too far and the fifth not judged");
        found.Select(s => s.Cosine).ShouldBe([Math.Cos(0.2), Math.Cos(0.4)], 2e-3);
    }

    private static async Task<List<string>> SplitsAsync(TestStudio studio, ReviewQueue queue, SnapshotPin pin)
    {
        var keeper = new SplitKeeper();
        var splits = new List<string>();
        await foreach (var row in studio.Get<ReadLabels>().AtAsync(queue.PolicyId, pin, None))
        {
            keeper.Place(row).ShouldBeTrue();
            splits.Add(row.Split);
        }

        return splits;
    }

    internal static async Task AddAsync(TestStudio studio, string id, byte[] picture, string queue = "media", string? text = null)
    {
        var taken = await studio.Get<TakeMedia>().RunAsync(new MemoryStream(picture), Actor.System, None);
        await studio.Get<AddItems>().RunAsync(new NewItems(queue, "test", [new NewItem(id, text, Parts: [new NewPart(Media: taken.Hash)])]), Actor.System, None);
    }

    private static Task<List<ReviewCase>> CasesAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<ReviewCase>().OrderBy(c => c.Id).ToListAsync(), None);

    private static async Task<List<(long CaseId, bool Copy, int Ordinal, TaskPurpose Purpose)>> RankedAsync(TestStudio studio) =>
        (await studio.Database.ReadAsync(
            db => (from task in db.Set<ReviewTask>()
                   join reviewCase in db.Set<ReviewCase>() on task.CaseId equals reviewCase.Id
                   join part in db.Set<ItemPart>() on reviewCase.ItemId equals part.ItemId
                   orderby task.Rank, task.Id
                   select new { reviewCase.Id, part.Text, reviewCase.LikeOrdinal, task.Purpose }).ToListAsync(),
            None)).ConvertAll(t => (t.Id, !t.Text!.StartsWith("post", StringComparison.Ordinal), t.LikeOrdinal, t.Purpose));

    /// <summary>Prints of one made-up medium, a frame each.</summary>
    private static Task AddPrintsAsync(TestStudio studio, IReadOnlyList<PdqHash> hashes) => studio.Database.WriteAsync(
        async db =>
        {
            var probe = new MediaProbe { Hash = new string('a', 64), MediaType = "video/mp4", CreatedAt = studio.Clock.Instant() };
            db.Add(probe);
            await db.SaveChangesAsync();
            var prints = hashes.Select((hash, i) => MediaPrint.Of(probe.Id, i, new PdqPicture(100, [hash]))).ToList();
            db.AddRange(prints);
            await db.SaveChangesAsync();
            db.AddRange(prints.Zip(hashes).SelectMany(p => Bands.KeysOf(p.Second).Select(key => new MediaBand { Key = key, PrintId = p.First.Id })));
            await db.SaveChangesAsync();
        },
        None);

    private static PdqHash Random(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64(), (ulong)random.NextInt64(), (ulong)random.NextInt64());

    private static PdqHash Flip(PdqHash hash, int bits, Random random)
    {
        ulong[] words = [hash.A, hash.B, hash.C, hash.D];
        foreach (var bit in Enumerable.Range(0, PdqHash.Bits).OrderBy(_ => random.Next()).Take(bits))
        {
            words[bit / 64] ^= 1UL << (bit % 64);
        }

        return new PdqHash(words[0], words[1], words[2], words[3]);
    }
}
