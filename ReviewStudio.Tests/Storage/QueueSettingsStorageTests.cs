using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class QueueSettingsStorageTestsOnSqlite() : QueueSettingsStorageTests(TestEngine.Sqlite);

public sealed class QueueSettingsStorageTestsOnPostgreSql() : QueueSettingsStorageTests(TestEngine.PostgreSql);

public sealed class QueueSettingsStorageTestsOnSqlServer() : QueueSettingsStorageTests(TestEngine.SqlServer);

public abstract class QueueSettingsStorageTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Queue_is_made_on_a_policy_and_its_key_is_its_own()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.QueueAsync("posts", ["ok", "bad"]);
        var queue = new NewQueue { Key = "forum", Policy = "posts", Settings = new QueueSettings { Name = "Forum", Strategy = "entropy" } };

        await studio.Get<CreateQueue>().RunAsync(queue, lead, None);

        var listed = (await studio.Get<ListQueues>().RunAsync(false, lead, None)).Single(q => q.Key == "forum");
        (listed.Settings.Strategy, listed.PolicyKey, listed.VersionNumber, listed.Pending).ShouldBe(("entropy", "posts", 1, 0));
        (await Should.ThrowAsync<RefusedException>(() => studio.Get<CreateQueue>().RunAsync(queue, lead, None))).Code.ShouldBe("queue.key");
        queue.Policy = "none";
        (await Should.ThrowAsync<RefusedException>(() => studio.Get<CreateQueue>().RunAsync(queue, lead, None))).Code.ShouldBe("policy.unknown");
        var moderator = await studio.ReviewerAsync("moderator");
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<CreateQueue>().RunAsync(queue, moderator, None));
    }

    [Fact]
    public async Task Second_writer_of_settings_is_told_who_was_faster()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("Ada", roles: Roles.PolicyLead);
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await EditAsync(studio, lead, s => s.AuditDailyBudget = 7);

        var refusal = await Should.ThrowAsync<RefusedException>(
            () => studio.Get<EditQueue>().RunAsync(new QueueEdit("posts", queue.ConcurrencyStamp, new QueueSettings { Name = "Mine" }), lead, None));

        refusal.Code.ShouldBe("queue.conflict");
        refusal.Message.ShouldStartWith("Ada changed this queue");
        (await OverviewAsync(studio, lead)).Settings.AuditDailyBudget.ShouldBe(7);
    }

    [Fact]
    public async Task Queue_counts_what_waits_by_lane_what_is_held_and_what_was_judged_today()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var moderator = await studio.ReviewerAsync("moderator");
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["a", "b", "c"], "en");
        await studio.AddTextsAsync(queue, ["d", "e"], "de");
        await JudgeAsync(studio, moderator);
        studio.Clock.Advance(TimeSpan.FromDays(1));
        await JudgeAsync(studio, moderator);
        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None)).ShouldNotBeNull();

        var counts = await OverviewAsync(studio, lead);

        (counts.Pending, counts.Leased, counts.Labelled, counts.VerdictsToday).ShouldBe((2, 1, 2, 1));
        counts.Lanes.Sum(l => l.Pending + l.Leased).ShouldBe(3);
        counts.Lanes.ShouldAllBe(l => l.Modality == "text" && l.Source == "test");
    }

    [Fact]
    public async Task Raised_clearance_takes_waiting_content_away_from_those_below_it_at_once()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", clearance: 9, roles: Roles.PolicyLead);
        var moderator = await studio.ReviewerAsync("moderator", clearance: 1);
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["a", "b"]);
        var held = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;

        await EditAsync(studio, lead, s => s.RequiredClearance = 2);
        await studio.Get<PutBackTask>().ReleaseAsync(held.Claim, moderator, None);

        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None)).ShouldBeNull();
        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), lead, None)).ShouldNotBeNull();
        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), lead, None)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(1, 3, 3)]
    [InlineData(3, 1, 1)]
    public async Task Changed_number_of_reviewers_holds_for_cases_that_wait_already(int before, int after, int tasks)
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = before);
        await studio.AddTextsAsync(queue, ["a", "b"]);

        await EditAsync(studio, lead, s => s.Plan.ReviewersPerCase = after);
        await RunJobsAsync(studio);
        await RunJobsAsync(studio);

        (await OverviewAsync(studio, lead)).Pending.ShouldBe(2 * tasks);
    }

    [Fact]
    public async Task Half_judged_case_keeps_one_task_when_fewer_reviewers_are_wanted()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = 3);
        await studio.AddTextsAsync(queue, ["a"]);
        await JudgeAsync(studio, await studio.ReviewerAsync("first"));

        await EditAsync(studio, lead, s => s.Plan.ReviewersPerCase = 1);
        await RunJobsAsync(studio);
        (await OverviewAsync(studio, lead)).Pending.ShouldBe(1);
        await JudgeAsync(studio, await studio.ReviewerAsync("second"));

        (await OverviewAsync(studio, lead)).Labelled.ShouldBe(1);
    }

    [Fact]
    public async Task Changed_strategy_ranks_what_waits_anew_before_there_is_a_model()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 50).Select(i => $"text {i}"));
        var before = await RanksAsync(studio);
        before.Distinct().Count().ShouldBe(1);

        await EditAsync(studio, lead, s => s.Strategy = "random");
        await RunJobsAsync(studio);

        (await RanksAsync(studio)).Distinct().Count().ShouldBe(50);
    }

    [Fact]
    public async Task Setting_that_changes_neither_order_nor_plan_starts_no_job()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.QueueAsync("posts", ["ok", "bad"]);

        await EditAsync(studio, lead, s => s.RetrainCron = "0 3 * * *");

        studio.Dispatcher.Ids.ShouldBeEmpty();
    }

    private static async Task EditAsync(TestStudio studio, Actor lead, Action<QueueSettings> change)
    {
        var queue = await OverviewAsync(studio, lead);
        change(queue.Settings);
        await studio.Get<EditQueue>().RunAsync(new QueueEdit("posts", queue.Stamp, queue.Settings), lead, None);
    }

    private static async Task<QueueOverview> OverviewAsync(TestStudio studio, Actor actor) =>
        (await studio.Get<ListQueues>().RunAsync(false, actor, None)).Single(q => q.Key == "posts");

    private static async Task RunJobsAsync(TestStudio studio)
    {
        studio.Dispatcher.Ids.ShouldNotBeEmpty();
        foreach (var id in studio.Dispatcher.Ids)
        {
            await studio.Get<RunBackgroundJob>().RunAsync(id, None);
            var job = await studio.Get<JobDesk>().FindAsync(id, None);
            job!.State.ShouldBe(JobState.Succeeded, job.Error);
        }
    }

    private static async Task JudgeAsync(TestStudio studio, Actor actor)
    {
        var task = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), actor, None))!;
        var version = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().Where(c => c.Id == task.CaseId).Select(c => c.PolicyVersionId).SingleAsync(), None);
        await studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.NewGuid(), task.Claim, version, "bad", 1_000), actor, None);
    }

    private static Task<List<double>> RanksAsync(TestStudio studio) =>
        studio.Database.ReadAsync(db => db.Set<ReviewTask>().Select(t => t.Rank).ToListAsync(), None);
}
