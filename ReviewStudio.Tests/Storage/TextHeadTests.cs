using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class TextHeadTestsOnSqlite() : TextHeadTests(TestEngine.Sqlite);

public sealed class TextHeadTestsOnPostgreSql() : TextHeadTests(TestEngine.PostgreSql);

public abstract class TextHeadTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Head_that_reads_text_leaves_a_picture_unscored_without_asking_for_it_again_and_the_picture_is_drawn_for_audit_at_once()
    {
        await using var studio = await StartAsync(services => services.Configure<EncoderOptions>(o => o.PackageRoots = []));
        var queue = await studio.QueueAsync("rules", ["ok", "bad"], q => q.AuditRate = 1);
        await studio.ServeWordsAsync(queue, ["sunny", "garden"], ["threat", "smash"]);
        await AddAsync(studio, queue, new ItemPart { Modality = Modality.Text, Text = "threat" });
        await AddAsync(studio, queue, new ItemPart { Modality = Modality.Image, MediaType = "image/png" });
        await AddAsync(studio, queue, new ItemPart { Modality = Modality.Image, MediaType = "image/png" }, new ItemPart { Modality = Modality.Text, Text = "sunny" });

        (await studio.Get<ScoreNewCases>().RunAsync(None)).ShouldBe(1);
        (await studio.Get<RescorePolicy>().RunAsync(queue.PolicyId, rankAgain: false, null, None)).ShouldBe(2);
        await studio.Database.WriteAsync(db => db.Set<Core.Storage.Jobs.BackgroundJob>().ExecuteDeleteAsync(), None);
        (await studio.Get<ScoreNewCases>().RunAsync(None)).ShouldBe(0, "what no head can score is not asked for again and again");

        var cases = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().Select(c => new { Case = c, db.Set<Item>().Single(i => i.Id == c.ItemId).Modality }).ToListAsync(), None);
        cases.ToDictionary(c => c.Modality, c => c.Case.HeadId is not null).ShouldBe(new Dictionary<string, bool> { ["text"] = true, ["image"] = false, ["image+text"] = true }, ignoreOrder: true);
        cases.ShouldAllBe(c => c.Case.InAuditSample);
        cases.Single(c => c.Modality == "image").Case.Stratum.ShouldBe(AuditSampling.Unscored);
    }

    private static Task AddAsync(TestStudio studio, ReviewQueue queue, params ItemPart[] parts) => studio.Database.WriteAsync(
        async db =>
        {
            var item = new Item { Source = "test", ExternalId = Guid.NewGuid().ToString("N"), Language = "en", IngestedAt = studio.Clock.GetUtcNow().UtcDateTime };
            item.TakeParts(parts);
            db.Add(item);
            await db.SaveChangesAsync();
            await studio.Get<OpenCases>().AcceptAsync(db, new IntakeContext(queue.Id, LabelUse.Ignore, "", "", Actor.System), [new IncomingItem(item, null, null, null)], None);
        },
        None);
}
