using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ConcurrencyTestsOnSqlite() : ConcurrencyTests(TestEngine.Sqlite);

public sealed class ConcurrencyTestsOnSqlServer() : ConcurrencyTests(TestEngine.SqlServer);

public sealed class ConcurrencyTestsOnPostgreSql() : ConcurrencyTests(TestEngine.PostgreSql)
{
    [Fact]
    public async Task Watermark_waits_for_labels_under_way_so_that_none_appears_below_it_later()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["slow", "quick"]);
        var cases = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().OrderBy(c => c.Id).ToListAsync(), None);
        var written = new TaskCompletionSource();
        var commit = new TaskCompletionSource();
        var slow = studio.Database.WriteAsync(
            async db =>
            {
                await AppendAsync(db, cases[0]);
                written.SetResult();
                await commit.Task;
            },
            None);
        await written.Task;
        await studio.Database.WriteAsync(db => AppendAsync(db, cases[1]), None);

        var drawing = studio.Get<ReadLabels>().WatermarkAsync(queue.PolicyId, None);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        drawing.IsCompleted.ShouldBeFalse("the label with the smaller id is not visible yet");
        commit.SetResult();
        await slow;
        var watermark = await drawing;

        var below = await studio.Database.ReadAsync(db => db.Set<LabelledExample>().CountAsync(e => e.Id <= watermark), None);
        below.ShouldBe(2);
    }

    private static async Task AppendAsync(StudioDbContext db, ReviewCase reviewCase)
    {
        await LabelWatermark.AnnounceAsync(db, reviewCase.PolicyId, None);
        db.Add(new LabelledExample
        {
            CaseId = reviewCase.Id,
            PolicyId = reviewCase.PolicyId,
            PolicyVersionId = reviewCase.PolicyVersionId,
            LabelKey = "bad",
            Method = "single",
            CreatedAt = DateTime.UnixEpoch,
        });
        await db.SaveChangesAsync();
    }
}

/// <summary>What must hold when several do the same thing at the same moment.</summary>
public abstract class ConcurrencyTests(TestEngine engine) : StorageContract(engine)
{
    protected static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Two_reviewers_who_answer_one_case_at_the_same_moment_always_conclude_it()
    {
        const int cases = 40;
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = 2);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, cases).Select(i => $"text {i}"));
        var reviewers = new[] { await studio.ReviewerAsync("first"), await studio.ReviewerAsync("second") };
        var next = studio.Get<ClaimNextTask>();
        var record = studio.Get<RecordVerdict>();

        for (var i = 0; i < cases; i++)
        {
            var held = new List<(Actor Reviewer, ClaimedTask Task)>();
            foreach (var reviewer in reviewers)
            {
                held.Add((reviewer, (await next.RunAsync(new ClaimRequest(), reviewer, None)).ShouldNotBeNull()));
            }

            held[0].Task.CaseId.ShouldBe(held[1].Task.CaseId);
            await Task.WhenAll(held.Select(h => Task.Run(() =>
                record.RunAsync(new VerdictRequest(Guid.CreateVersion7(), h.Task.Claim, 1, "bad", 900), h.Reviewer, None))));
        }

        var labels = await studio.Database.ReadAsync(db => db.Set<LabelledExample>().ToListAsync(), None);
        labels.Count.ShouldBe(cases);
        labels.ShouldAllBe(l => l.Reviewers == 2 && l.Method == "majority");
    }

    [Fact]
    public async Task Lease_that_is_swept_while_its_verdict_comes_in_leaves_either_the_verdict_or_an_open_task()
    {
        const int tasks = 40;
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, tasks).Select(i => $"text {i}"));
        var reviewer = await studio.ReviewerAsync("reviewer");
        var next = studio.Get<ClaimNextTask>();
        for (var i = 0; i < tasks; i++)
        {
            var task = (await next.RunAsync(new ClaimRequest(), reviewer, None)).ShouldNotBeNull();
            studio.Clock.Advance(TimeSpan.FromSeconds(queue.LeaseSeconds + 1));
            var answer = new VerdictRequest(Guid.CreateVersion7(), task.Claim, 1, "bad", 900);
            await Task.WhenAll(
                Task.Run(() => studio.Get<SweepLeases>().RunAsync(None)),
                Task.Run(async () =>
                {
                    try
                    {
                        await studio.Get<RecordVerdict>().RunAsync(answer, reviewer, None);
                    }
                    catch (RefusedException e) when (string.Equals(e.Code, "lease.stale", StringComparison.Ordinal))
                    {
                        // The sweep was first.
                    }
                }));
            var row = await studio.Database.ReadAsync(db => db.Set<ReviewTask>().SingleAsync(t => t.Id == task.TaskId), None);
            var judged = await studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(v => v.TaskId == task.TaskId), None);
            row.State.ShouldBe(judged == 1 ? TaskState.Done : TaskState.Pending);
            row.ReviewerId.ShouldBe(judged == 1 ? reviewer.ReviewerId : null);
        }
    }

    [Fact]
    public async Task Imports_that_open_the_same_lane_at_the_same_moment_share_it()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => studio.AddTextsAsync(queue, [$"text {i}"], "de"))));

        (await studio.Database.ReadAsync(db => db.Set<Lane>().CountAsync(), None)).ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<ReviewTask>().CountAsync(), None)).ShouldBe(8);
    }

    [Fact]
    public async Task Job_that_many_take_up_at_once_runs_once()
    {
        var handler = new Counting();
        await using var studio = await StartAsync(services => services.AddSingleton<IJobHandler>(handler));
        var desk = studio.Get<JobDesk>();
        var same = await desk.StartAsync(new NewJob(Counting.JobKind, "Count", new { }, "alone"), Actor.System, None);
        var other = await desk.StartAsync(new NewJob(Counting.JobKind, "Count", new { }, "alone"), Actor.System, None);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => studio.Get<RunBackgroundJob>().RunAsync(i % 2 == 0 ? same : other, None))));

        handler.MostAtOnce.ShouldBe(1);
        handler.Runs.ShouldBeInRange(1, 2);
        (await studio.Database.ReadAsync(db => db.Set<BackgroundJob>().MaxAsync(j => j.Attempt), None)).ShouldBe(1);
    }

    private sealed class Counting : IJobHandler
    {
        public const string JobKind = "test.count";

        private int _running;
        private int _runs;
        private int _most;

        public string Kind => JobKind;

        public int Runs => _runs;

        public int MostAtOnce => _most;

        public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
        {
            Interlocked.Increment(ref _runs);
            var now = Interlocked.Increment(ref _running);
            _most = Math.Max(_most, now);
            await Task.Delay(50, stop);
            Interlocked.Decrement(ref _running);
            return null;
        }
    }
}
