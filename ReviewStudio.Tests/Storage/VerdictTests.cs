using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class VerdictTestsOnSqlite() : VerdictTests(TestEngine.Sqlite);

public sealed class VerdictTestsOnPostgreSql() : VerdictTests(TestEngine.PostgreSql);

public sealed class VerdictTestsOnSqlServer() : VerdictTests(TestEngine.SqlServer);

public abstract class VerdictTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Verdict_leaves_label_event_and_outbox_message_together()
    {
        await using var studio = await StartAsync();
        var (reviewer, task) = await ClaimedAsync(studio);

        var recorded = await studio.Get<RecordVerdict>().RunAsync(Answer(task, "bad") with { Note = "see the last line" }, reviewer, None);

        await studio.Database.ReadAsync(
            async db =>
            {
                var example = await db.Set<LabelledExample>().SingleAsync();
                example.LabelKey.ShouldBe("bad");
                example.Method.ShouldBe("single");
                (await db.Set<ReviewCase>().SingleAsync()).LabelKey.ShouldBe("bad");
                (await db.Set<ReviewTask>().SingleAsync()).State.ShouldBe(TaskState.Done);
                (await db.Set<AuditEvent>().SingleAsync()).Action.ShouldBe("verdict.recorded");
                var messages = await db.Set<OutboxMessage>().ToListAsync();
                messages.Select(m => m.Topic).ShouldBe([OutboxTopics.VerdictRecorded, OutboxTopics.ConsensusChanged], ignoreOrder: true);
                messages.ShouldAllBe(m => m.NotBefore == recorded.UndoUntil && m.SubjectId == recorded.VerdictId);
                return true;
            },
            None);
    }

    [Fact]
    public async Task Verdict_sent_twice_counts_once()
    {
        await using var studio = await StartAsync();
        var (reviewer, task) = await ClaimedAsync(studio);
        var answer = Answer(task, "bad");

        var first = await studio.Get<RecordVerdict>().RunAsync(answer, reviewer, None);
        var second = await studio.Get<RecordVerdict>().RunAsync(answer, reviewer, None);

        second.ShouldBe(first);
        (await studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(), None)).ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<LabelledExample>().CountAsync(), None)).ShouldBe(1);
    }

    [Fact]
    public async Task Verdict_with_a_stale_token_is_refused_and_the_draft_is_kept()
    {
        await using var studio = await StartAsync();
        var (reviewer, task) = await ClaimedAsync(studio);
        await studio.Get<SaveDraft>().RunAsync(task.TaskId, """{"note":"half a thought"}""", reviewer, None);
        studio.Clock.Advance(TimeSpan.FromHours(1));
        var other = await studio.ReviewerAsync("other");
        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), other, None)).ShouldNotBeNull();

        var refusal = await Should.ThrowAsync<RefusedException>(() => studio.Get<RecordVerdict>().RunAsync(Answer(task, "bad"), reviewer, None));

        refusal.Code.ShouldBe("lease.stale");
        (await studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(), None)).ShouldBe(0);
        (await studio.Database.ReadAsync(db => db.Set<Draft>().SingleAsync(), None)).ContentJson.ShouldContain("half a thought");
    }

    [Fact]
    public async Task Undo_within_the_window_withdraws_the_label_and_stops_the_message()
    {
        await using var studio = await StartAsync();
        var (reviewer, task) = await ClaimedAsync(studio);
        var recorded = await studio.Get<RecordVerdict>().RunAsync(Answer(task, "bad"), reviewer, None);

        var reopened = await studio.Get<UndoVerdict>().RunAsync(recorded.VerdictId, Guid.CreateVersion7(), reviewer, None);
        await studio.Get<RecordVerdict>().RunAsync(Answer(reopened, "ok"), reviewer, None);

        await studio.Database.ReadAsync(
            async db =>
            {
                var labels = await db.Set<LabelledExample>().OrderBy(e => e.Id).Select(e => e.LabelKey).ToListAsync();
                labels.ShouldBe(["bad", null, "ok"]);
                (await db.Set<OutboxMessage>().Where(m => m.SubjectId == recorded.VerdictId).ToListAsync()).ShouldAllBe(m => m.CancelledAt != null);
                (await db.Set<Verdict>().CountAsync()).ShouldBe(3);
                return true;
            },
            None);
    }

    [Fact]
    public async Task Undo_after_the_window_is_refused()
    {
        await using var studio = await StartAsync();
        var (reviewer, task) = await ClaimedAsync(studio);
        var recorded = await studio.Get<RecordVerdict>().RunAsync(Answer(task, "bad"), reviewer, None);
        studio.Clock.Advance(TimeSpan.FromSeconds(9));

        var refusal = await Should.ThrowAsync<RefusedException>(
            () => studio.Get<UndoVerdict>().RunAsync(recorded.VerdictId, Guid.CreateVersion7(), reviewer, None));

        refusal.Code.ShouldBe("undo.late");
    }

    [Fact]
    public async Task Tie_of_two_reviewers_goes_to_the_lead_whose_verdict_settles_it()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = 2);
        await studio.AddTextsAsync(queue, ["one"]);
        var next = studio.Get<ClaimNextTask>();
        foreach (var (name, label) in new[] { ("first", "ok"), ("second", "bad") })
        {
            var reviewer = await studio.ReviewerAsync(name);
            var task = (await next.RunAsync(new ClaimRequest(), reviewer, None)).ShouldNotBeNull();
            await studio.Get<RecordVerdict>().RunAsync(Answer(task, label), reviewer, None);
        }

        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var adjudication = (await next.RunAsync(new ClaimRequest(), lead, None)).ShouldNotBeNull();
        await studio.Get<RecordVerdict>().RunAsync(Answer(adjudication, "bad"), lead, None);

        var example = await studio.Database.ReadAsync(db => db.Set<LabelledExample>().SingleAsync(), None);
        example.LabelKey.ShouldBe("bad");
        example.Method.ShouldBe("adjudicated");
    }

    [Fact]
    public async Task Unknown_label_is_refused_and_the_task_stays_claimed()
    {
        await using var studio = await StartAsync();
        var (reviewer, task) = await ClaimedAsync(studio);

        var refusal = await Should.ThrowAsync<RefusedException>(() => studio.Get<RecordVerdict>().RunAsync(Answer(task, "nonsense"), reviewer, None));

        refusal.Code.ShouldBe("label.unknown");
        (await studio.Get<RenewLease>().RunAsync(task.Claim, reviewer, None)).ShouldNotBeNull();
    }

    private static VerdictRequest Answer(ClaimedTask task, string label) => new(Guid.CreateVersion7(), task.Claim, 1, label, 1_500);

    private static async Task<(Actor Reviewer, ClaimedTask Task)> ClaimedAsync(TestStudio studio)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["one"]);
        var reviewer = await studio.ReviewerAsync("reviewer");
        var task = await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None);
        return (reviewer, task.ShouldNotBeNull());
    }
}
