using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class OutboxTestsOnSqlite() : OutboxTests(TestEngine.Sqlite);

public sealed class OutboxTestsOnPostgreSql() : OutboxTests(TestEngine.PostgreSql);

public sealed class OutboxTestsOnSqlServer() : OutboxTests(TestEngine.SqlServer);

/// <summary>Who writes what to the outbox, and that it tells the truth about labels.</summary>
public abstract class OutboxTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Label_is_told_when_it_changes_and_not_when_it_is_confirmed()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.AdjudicateAnyDisagreement = true);
        await studio.AddTextsAsync(queue, ["one"]);
        await studio.JudgeNextAsync(await studio.ReviewerAsync("a"), "bad");
        await SecondTaskAsync(studio);
        await studio.JudgeNextAsync(await studio.ReviewerAsync("b"), "bad");

        var message = (await MessagesAsync(studio, OutboxTopics.ConsensusChanged)).ShouldHaveSingleItem();
        var told = JsonDocument.Parse(message.PayloadJson).RootElement;
        var caseId = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().Select(c => c.PublicId).SingleAsync(), None);
        (told.GetProperty("case").GetGuid(), told.GetProperty("policy").GetString(), told.GetProperty("label").GetString(), told.GetProperty("method").GetString()).ShouldBe((caseId, "posts", "bad", "single"));
        message.NotBefore.ShouldBe(studio.Clock.Instant().AddSeconds(8), "not before the verdict behind it is final");
    }

    /// <summary>
    /// The message of the first verdict is cancelled with it, though the second verdict, which changed nothing, made none:
    /// without looking at what others have heard, they would never hear of a label.
    /// </summary>
    [Fact]
    public async Task Undo_tells_the_label_that_stays_when_nobody_has_heard_of_it()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["one"]);
        var first = await studio.ReviewerAsync("a");
        var verdict = await studio.JudgeAsync((await studio.ClaimAsync(first)).ShouldNotBeNull(), first, "bad");
        await SecondTaskAsync(studio);
        await studio.JudgeNextAsync(await studio.ReviewerAsync("b"), "bad");

        await studio.Get<UndoVerdict>().RunAsync(verdict.VerdictId, Guid.CreateVersion7(), first, None);

        var messages = await MessagesAsync(studio, OutboxTopics.ConsensusChanged);
        messages.Select(m => (JsonDocument.Parse(m.PayloadJson).RootElement.GetProperty("label").GetString(), m.CancelledAt is null)).ShouldBe([("bad", false), ("bad", true)]);
        (await MessagesAsync(studio, OutboxTopics.VerdictRecorded)).Count(m => m.CancelledAt is null).ShouldBe(1);
    }

    [Fact]
    public async Task Known_answer_that_overrules_a_label_is_told_at_once()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["one"]);
        await studio.JudgeNextAsync(await studio.ReviewerAsync("a"), "bad");
        var caseId = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().Select(c => c.PublicId).SingleAsync(), None);

        await studio.Get<MakeGold>().RunAsync(new NewGold(caseId, "ok"), Actor.System, None);

        var last = (await MessagesAsync(studio, OutboxTopics.ConsensusChanged))[^1];
        (JsonDocument.Parse(last.PayloadJson).RootElement.GetProperty("method").GetString(), last.NotBefore).ShouldBe(("gold", studio.Clock.Instant()));
    }

    [Fact]
    public async Task Snapshot_is_told_once_however_often_it_is_asked_for()
    {
        await using var studio = await Snapshots.StudioAsync(10);
        var snapshot = await Snapshots.ExportAsync(studio);
        await Snapshots.ExportAsync(studio);

        var message = (await MessagesAsync(studio, OutboxTopics.SnapshotReady)).ShouldHaveSingleItem();
        var told = JsonDocument.Parse(message.PayloadJson).RootElement;
        (message.SubjectId, told.GetProperty("logicalHash").GetString(), told.GetProperty("rows").GetInt32(), told.GetProperty("edition").GetInt32(), told.GetProperty("policy").GetString())
            .ShouldBe((snapshot.PublicId, snapshot.LogicalHash, snapshot.Rows, 1, "posts"));
    }

    /// <summary>Somebody else is asked about the only case.</summary>
    private static Task SecondTaskAsync(TestStudio studio) => studio.Database.WriteAsync(
        async db =>
        {
            var done = await db.Set<ReviewTask>().OrderBy(t => t.Id).FirstAsync();
            db.Add(new ReviewTask { CaseId = done.CaseId, LaneId = done.LaneId, Purpose = TaskPurpose.Review, Rank = done.Rank });
            await db.SaveChangesAsync();
        },
        None);

    private static Task<List<OutboxMessage>> MessagesAsync(TestStudio studio, string topic) =>
        studio.Database.ReadAsync(db => db.Set<OutboxMessage>().Where(m => m.Topic == topic).OrderBy(m => m.Id).ToListAsync(), None);
}
