using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ClaimTestsOnSqlite() : ClaimTests(TestEngine.Sqlite);

public sealed class ClaimTestsOnPostgreSql() : ClaimTests(TestEngine.PostgreSql);

public sealed class ClaimTestsOnSqlServer() : ClaimTests(TestEngine.SqlServer);

public abstract class ClaimTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Claims_of_64_reviewers_hand_out_each_task_once_and_in_rank_order()
    {
        // 10,000 tasks; a server takes four times as long as the embedded engine, and gets them all with --full.
        var share = Engine == TestEngine.Sqlite || LongSuites.Wanted ? 1 : 5;
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var lanes = new (string Language, int Count)[] { ("en", 8_900), ("de", 1_000), ("fr", 95), ("ar", 5) };
        foreach (var (language, count) in lanes)
        {
            await studio.AddTextsAsync(queue, Enumerable.Range(0, count / share).Select(i => $"{language} {i}"), language);
        }

        await ShuffleRanksAsync(studio);
        var reviewers = new List<Actor>();
        for (var i = 0; i < 64; i++)
        {
            reviewers.Add(await studio.ReviewerAsync($"r{i}"));
        }

        var claimed = new ConcurrentQueue<long>();
        var next = studio.Get<ClaimNextTask>();
        await Task.WhenAll(reviewers.Select(reviewer => Task.Run(async () =>
        {
            while (await next.RunAsync(new ClaimRequest(), reviewer, None) is { } task)
            {
                claimed.Enqueue(task.TaskId);
            }
        })));

        claimed.Count.ShouldBe(10_000 / share);
        claimed.Distinct().Count().ShouldBe(10_000 / share);
        var rankById = await studio.Database.ReadAsync(db => db.Set<ReviewTask>().ToDictionaryAsync(t => t.Id, t => t.Rank), None);
        var served = claimed.Select(id => rankById[id]).ToArray();
        var best = served.Order().ToArray();

        // A claim may be written down up to 63 places late, as the others run beside it; never more.
        for (var i = 0; i < served.Length; i++)
        {
            served[i].ShouldBeLessThanOrEqualTo(best[Math.Min(i + 64, best.Length - 1)]);
        }
    }

    [Fact]
    public async Task Reviewer_who_comes_back_takes_the_held_tasks_over_and_the_lost_connection_can_do_nothing()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["first", "second", "third"]);
        var mara = await studio.ReviewerAsync("mara");
        var before = new[]
        {
            (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), mara, None))!,
            (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), mara, None))!,
        };

        var after = await studio.Get<ResumeHeldTasks>().RunAsync(new ClaimRequest(), mara, None);

        after.Select(t => t.TaskId).ShouldBe(before.Select(t => t.TaskId));
        after.Select(t => t.FencingToken).ShouldBe(before.Select(t => t.FencingToken + 1));
        (await studio.Get<RenewLease>().RunAsync(before[0].Claim, mara, None)).ShouldBeNull();
        await Should.ThrowAsync<RefusedException>(() => studio.Get<PutBackTask>().ReleaseAsync(before[1].Claim, mara, None));
        (await studio.Get<RenewLease>().RunAsync(after[1].Claim, mara, None)).ShouldNotBeNull();
        (await studio.Get<ResumeHeldTasks>().RunAsync(new ClaimRequest(), await studio.ReviewerAsync("jonas"), None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Claim_serves_only_lanes_that_the_reviewer_fits()
    {
        await using var studio = await StartAsync();
        var open = await studio.QueueAsync("open", ["ok", "bad"]);
        var closed = await studio.QueueAsync("closed", ["ok", "bad"], q => q.RequiredClearance = 3);
        await studio.AddTextsAsync(open, ["bonjour"], "fr");
        await studio.AddTextsAsync(closed, ["secret"], "en");
        var german = await studio.ReviewerAsync("german", languages: "de", clearance: 9);
        var uncleared = await studio.ReviewerAsync("uncleared", clearance: 2);
        var next = studio.Get<ClaimNextTask>();

        (await next.RunAsync(new ClaimRequest(QueueId: open.Id), german, None)).ShouldBeNull();
        (await next.RunAsync(new ClaimRequest(QueueId: closed.Id), uncleared, None)).ShouldBeNull();
        (await next.RunAsync(new ClaimRequest(Language: "fr"), uncleared, None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Lease_that_ran_out_goes_to_the_next_reviewer_with_a_higher_token()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["one"]);
        var first = await studio.ReviewerAsync("first");
        var second = await studio.ReviewerAsync("second");
        var next = studio.Get<ClaimNextTask>();

        var lost = (await next.RunAsync(new ClaimRequest(), first, None)).ShouldNotBeNull();
        (await next.RunAsync(new ClaimRequest(), second, None)).ShouldBeNull();
        studio.Clock.Advance(TimeSpan.FromSeconds(queue.LeaseSeconds + 1));
        var taken = (await next.RunAsync(new ClaimRequest(), second, None)).ShouldNotBeNull();

        taken.TaskId.ShouldBe(lost.TaskId);
        taken.FencingToken.ShouldBeGreaterThan(lost.FencingToken);
        (await studio.Get<RenewLease>().RunAsync(lost.Claim, first, None)).ShouldBeNull();
    }

    [Fact]
    public async Task Claim_that_a_power_cut_took_back_is_refused_and_the_next_one_stands()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["post"]);
        var (ada, ben) = (await studio.ReviewerAsync("ada"), await studio.ReviewerAsync("ben"));
        var version = await studio.Database.ReadAsync(db => db.Set<Core.Policies.PolicyVersion>().Select(v => v.Id).SingleAsync(), None);
        Task RecordAsync(ClaimedTask claimed, Actor actor) =>
            studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.CreateVersion7(), claimed.Claim, version, "ok", 1_000), actor, None);
        var lost = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ada, None))!;

        // What the database holds when a claim had not reached the disk: the task as it was before, its token too.
        await studio.Database.WriteAsync(
            db => db.Set<ReviewTask>().ExecuteUpdateAsync(
                set => set.SetProperty(t => t.State, TaskState.Pending).SetProperty(t => t.ReviewerId, (long?)null).SetProperty(t => t.LeasedUntil, (DateTime?)null)
                    .SetProperty(t => t.FencingToken, t => t.FencingToken - 1),
                None),
            None);
        (await Should.ThrowAsync<RefusedException>(() => RecordAsync(lost, ada))).Code.ShouldBe("lease.stale");

        var claimed = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ben, None))!;

        claimed.FencingToken.ShouldBe(lost.FencingToken, "the number alone would let both pass");
        (await Should.ThrowAsync<RefusedException>(() => RecordAsync(lost, ada))).Code.ShouldBe("lease.stale");
        await RecordAsync(claimed, ben);
        (await studio.Database.ReadAsync(db => db.Set<Verdict>().Select(v => v.ReviewerId).SingleAsync(), None)).ShouldBe(ben.ReviewerId);
    }

    [Fact]
    public async Task Skipped_case_is_offered_to_others_and_not_to_the_same_reviewer()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["one"]);
        var first = await studio.ReviewerAsync("first");
        var second = await studio.ReviewerAsync("second");
        var next = studio.Get<ClaimNextTask>();
        var desk = studio.Get<PutBackTask>();

        var task = (await next.RunAsync(new ClaimRequest(), first, None)).ShouldNotBeNull();
        await desk.SkipAsync(task.Claim, "I know the author", first, None);

        (await next.RunAsync(new ClaimRequest(), first, None)).ShouldBeNull();
        (await next.RunAsync(new ClaimRequest(), second, None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Case_that_wants_two_verdicts_never_gives_both_to_one_reviewer()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = 2);
        await studio.AddTextsAsync(queue, ["one"]);
        var first = await studio.ReviewerAsync("first");
        var second = await studio.ReviewerAsync("second");
        var next = studio.Get<ClaimNextTask>();

        (await next.RunAsync(new ClaimRequest(), first, None)).ShouldNotBeNull();
        (await next.RunAsync(new ClaimRequest(), first, None)).ShouldBeNull();
        (await next.RunAsync(new ClaimRequest(), second, None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Task_handed_on_comes_first_for_the_colleague_and_to_nobody_else()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["one", "two", "three"]);
        var first = await studio.ReviewerAsync("first");
        var colleague = await studio.ReviewerAsync("colleague");
        var next = studio.Get<ClaimNextTask>();

        var task = (await next.RunAsync(new ClaimRequest(), first, None)).ShouldNotBeNull();
        await studio.Get<PutBackTask>().HandOverAsync(task.Claim, colleague.ReviewerId, "You speak the dialect", first, None);

        (await next.RunAsync(new ClaimRequest(), first, None)).ShouldNotBeNull().TaskId.ShouldNotBe(task.TaskId);
        (await next.RunAsync(new ClaimRequest(), colleague, None)).ShouldNotBeNull().TaskId.ShouldBe(task.TaskId);
    }

    [Fact]
    public async Task Escalated_task_is_served_to_leads_only()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["one"]);
        var moderator = await studio.ReviewerAsync("moderator");
        var other = await studio.ReviewerAsync("other");
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var next = studio.Get<ClaimNextTask>();

        var task = (await next.RunAsync(new ClaimRequest(), moderator, None)).ShouldNotBeNull();
        await studio.Get<PutBackTask>().EscalateAsync(task.Claim, "Legal question", moderator, None);

        (await next.RunAsync(new ClaimRequest(), other, None)).ShouldBeNull();
        (await next.RunAsync(new ClaimRequest(), lead, None)).ShouldNotBeNull().TaskId.ShouldBe(task.TaskId);
    }

    private static Task ShuffleRanksAsync(TestStudio studio) => studio.Database.WriteAsync(
        db => db.Database.ExecuteSqlRawAsync("UPDATE \"ReviewTask\" SET \"Rank\" = ((\"Id\" * 7919) % 10007)"), None);
}
