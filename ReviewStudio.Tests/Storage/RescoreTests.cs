using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class RescoreTestsOnSqlite() : RescoreTests(TestEngine.Sqlite);

public sealed class RescoreTestsOnPostgreSql() : RescoreTests(TestEngine.PostgreSql);

/// <summary>What a new head does to a queue, and what it leaves when it is broken off.</summary>
public abstract class RescoreTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly string[] Kind = ["sunny", "garden", "picnic"];
    private static readonly string[] Cruel = ["threat", "smash", "poison"];
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task New_head_puts_every_waiting_task_where_its_prediction_belongs_and_marks_the_queue()
    {
        var watch = new Watch();
        await using var studio = await WithWatchAsync(watch);
        var (queue, head) = await TwoHeadsAsync(studio, watch, 600);

        (await RescoreAsync(studio, queue)).ShouldBe(600);

        (await MisplacedAsync(studio, queue, head)).ShouldBe(0);
        (await QueueAsync(studio, queue)).RankedHeadId.ShouldBe(head.Id);
        (await studio.Get<ScoreNewCases>().RunAsync(None)).ShouldBe(0);
    }

    [Fact]
    public async Task Head_of_the_line_is_right_at_every_moment_of_the_writing()
    {
        var watch = new Watch();
        await using var studio = await WithWatchAsync(watch);
        var (queue, _) = await TwoHeadsAsync(studio, watch, 600);
        var old = (await TasksAsync(studio, queue)).ToDictionary(t => t.Case.Id, t => t.Rank);
        var (seen, reached) = (0, double.MinValue);
        watch.BeforeRanks = async () =>
        {
            if (watch.Written.Count is 0 or >= 600)
            {
                return;
            }

            // Whoever stands or belongs before the first case that was not written yet stands where it belongs.
            var tasks = await TasksAsync(studio, queue);
            var horizon = tasks.Where(t => !watch.Written.Contains(t.Case.Id)).Min(t => Math.Min(t.Wanted, old[t.Case.Id]));
            horizon.ShouldBeGreaterThanOrEqualTo(reached);
            reached = horizon;
            tasks.Count(t => t.Rank <= horizon + 1e-5 && t.Rank == t.Wanted).ShouldBeGreaterThan(0);
            tasks.Where(t => Math.Min(t.Rank, t.Wanted) < horizon - 1e-5).ShouldAllBe(t => t.Rank == t.Wanted);
            tasks.Where(t => watch.Written.Contains(t.Case.Id)).ShouldAllBe(t => Math.Min(t.Wanted, old[t.Case.Id]) <= horizon + 1e-5);
            seen++;
        };

        await RescoreAsync(studio, queue);

        seen.ShouldBe(5);
    }

    [Fact]
    public async Task Broken_off_while_ranks_are_written_it_is_taken_up_and_leaves_nothing_out()
    {
        var watch = new Watch();
        await using var studio = await WithWatchAsync(watch);
        var (queue, head) = await TwoHeadsAsync(studio, watch, 600);
        watch.BeforeRanks = () => watch.Written.Count == 200 ? throw new IOException("the power went") : Task.CompletedTask;
        await Should.ThrowAsync<IOException>(() => RescoreAsync(studio, queue));
        (await MisplacedAsync(studio, queue, head)).ShouldBeGreaterThan(0);
        (await QueueAsync(studio, queue)).RankedHeadId.ShouldBeNull();

        (await studio.Get<ScoreNewCases>().RunAsync(None)).ShouldBe(1, "the queue is in no head's order");
        watch.BeforeRanks = () => Task.CompletedTask;
        var scored = watch.Scored;
        await RescoreAsync(studio, queue);

        watch.Scored.ShouldBe(scored, "what was scored before the break is not scored again");
        (await MisplacedAsync(studio, queue, head)).ShouldBe(0);
    }

    [Fact]
    public async Task Broken_off_and_rolled_back_to_the_head_before_it_returns_to_its_order()
    {
        var watch = new Watch();
        await using var studio = await WithWatchAsync(watch);
        var (queue, head) = await TwoHeadsAsync(studio, watch, 400);
        watch.BeforeRanks = () => watch.Written.Count == 200 ? throw new IOException("the power went") : Task.CompletedTask;
        await Should.ThrowAsync<IOException>(() => RescoreAsync(studio, queue));
        var before = await studio.Database.WriteAsync(
            async db =>
            {
                await db.Set<Head>().Where(h => h.Id == head.Id).ExecuteUpdateAsync(set => set.SetProperty(h => h.State, HeadState.Retired));
                await db.Set<Head>().Where(h => h.Id != head.Id).ExecuteUpdateAsync(set => set.SetProperty(h => h.State, HeadState.Champion));
                return await db.Set<Head>().SingleAsync(h => h.Id != head.Id);
            },
            None);
        watch.BeforeRanks = () => Task.CompletedTask;

        await RescoreAsync(studio, queue);

        (await MisplacedAsync(studio, queue, before)).ShouldBe(0);
    }

    [Fact]
    public async Task Reviewers_go_on_claiming_and_what_they_hold_is_neither_lost_nor_given_twice()
    {
        var watch = new Watch();
        await using var studio = await WithWatchAsync(watch);
        var (queue, head) = await TwoHeadsAsync(studio, watch, 600);
        var reviewers = new List<Core.Accounts.Actor>();
        for (var i = 0; i < 4; i++)
        {
            reviewers.Add(await studio.ReviewerAsync($"reviewer{i}"));
        }

        var rescoring = Task.Run(() => RescoreAsync(studio, queue), TestContext.Current.CancellationToken);
        var claims = await Task.WhenAll(reviewers.Select(r => Task.Run(
            async () =>
            {
                var claimed = new List<long>();
                while (claimed.Count < 20 || !rescoring.IsCompleted)
                {
                    if (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), r, None) is not { } claim)
                    {
                        break;
                    }

                    claimed.Add(claim.TaskId);
                }

                return claimed;
            },
            TestContext.Current.CancellationToken)));
        await rescoring;

        var all = claims.SelectMany(c => c).ToList();
        all.Distinct().Count().ShouldBe(all.Count);
        all.Count.ShouldBeGreaterThanOrEqualTo(80);
        (await TasksAsync(studio, queue)).Count.ShouldBe(600);
        (await MisplacedAsync(studio, queue, head)).ShouldBe(0);
    }

    [Fact]
    public async Task What_comes_in_later_is_scored_alone()
    {
        var watch = new Watch();
        await using var studio = await WithWatchAsync(watch);
        var (queue, head) = await TwoHeadsAsync(studio, watch, 200);
        await RescoreAsync(studio, queue);
        var scored = watch.Scored;
        await studio.AddTextsAsync(queue, ["threat garden", "poison"]);

        (await studio.Get<ScoreNewCases>().RunAsync(None)).ShouldBe(1);
        (await RescoreAsync(studio, queue)).ShouldBe(2);

        (watch.Scored - scored).ShouldBe(2);
        (await MisplacedAsync(studio, queue, head)).ShouldBe(0);
    }

    private static Task<long> RescoreAsync(TestStudio studio, ReviewQueue queue) => studio.Get<RescorePolicy>().RunAsync(queue.PolicyId, rankAgain: false, null, None);

    private static Task<ReviewQueue> QueueAsync(TestStudio studio, ReviewQueue queue) => studio.Database.ReadAsync(db => db.Set<ReviewQueue>().SingleAsync(q => q.Id == queue.Id), None);

    /// <summary>A queue in the order of one head, and another head that now serves.</summary>
    private static async Task<(ReviewQueue Queue, Head Head)> TwoHeadsAsync(TestStudio studio, Watch watch, int count)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var draw = new Random(7);
        var words = Kind.Concat(Cruel).ToArray();
        await studio.AddTextsAsync(queue, Enumerable.Range(0, count).Select(i => string.Join(' ', Enumerable.Range(0, 1 + draw.Next(4)).Select(_ => words[draw.Next(words.Length)])) + $" {i}"));
        await studio.ServeWordsAsync(queue, Kind, Cruel);
        await RescoreAsync(studio, queue);
        watch.Forget();
        return (queue, await studio.ServeWordsAsync(queue, ["sunny", "threat", "smash"], ["garden", "picnic", "poison"]));
    }

    private Task<TestStudio> WithWatchAsync(Watch watch) => StartAsync(services =>
    {
        services.Configure<EncoderOptions>(o => o.PackageRoots = []);
        var inner = services.Single(s => s.ServiceType == typeof(IQueueStatements));
        services.Replace(ServiceDescriptor.Singleton<IQueueStatements>(_ => watch.Around((IQueueStatements)inner.ImplementationInstance!)));
    });

    private static async Task<int> MisplacedAsync(TestStudio studio, ReviewQueue queue, Head head) =>
        (await TasksAsync(studio, queue)).Count(t => t.Case.HeadId != head.Id || t.Rank != t.Wanted);

    private static async Task<List<(ReviewCase Case, double Rank, double Wanted)>> TasksAsync(TestStudio studio, ReviewQueue queue)
    {
        var rows = await studio.Database.ReadAsync(
            db => (from task in db.Set<ReviewTask>() join reviewCase in db.Set<ReviewCase>() on task.CaseId equals reviewCase.Id select new { Case = reviewCase, task.Rank, task.Purpose }).ToListAsync(), None);
        return rows.ConvertAll(r => (r.Case, r.Rank, Ranks.ForTask(queue, r.Case, r.Purpose, r.Case.Uncertainty, r.Case.Severity)));
    }

    /// <summary>Looks on while scores and ranks are written, in small chunks.</summary>
    private sealed class Watch
    {
        private DbContextId _transaction;

        /// <summary>Called before each chunk, when those before it are committed.</summary>
        public Func<Task> BeforeRanks { get; set; } = () => Task.CompletedTask;

        /// <summary>Cases whose ranks are committed, since the second head serves.</summary>
        public HashSet<long> Written { get; } = [];

        public int Scored { get; private set; }

        public void Forget()
        {
            Written.Clear();
            Scored = 0;
        }

        public IQueueStatements Around(IQueueStatements inner) => new Watched(inner, this);

        private sealed class Watched(IQueueStatements inner, Watch watch) : IQueueStatements
        {
            public int RankedAtOnce => 100;

            public Task<ClaimedHead?> ClaimHeadAsync(StudioDbContext db, ClaimHead claim, CancellationToken cancellation) => inner.ClaimHeadAsync(db, claim, cancellation);

            public IEnumerable<IReadOnlyList<CaseScore>> Shares(IReadOnlyList<CaseScore> scores) => inner.Shares(scores);

            public Task ApplyScoresAsync(StudioDbContext db, IReadOnlyList<CaseScore> scores, CancellationToken cancellation)
            {
                lock (watch.Written)
                {
                    watch.Scored += scores.Count;
                }

                return inner.ApplyScoresAsync(db, scores, cancellation);
            }

            public async Task<int> ApplyRanksAsync(StudioDbContext db, IReadOnlyList<CaseRank> ranks, CancellationToken cancellation)
            {
                // A transaction may write its ranks in several parts; what the one before wrote is there when the next begins.
                if (watch._transaction != db.ContextId)
                {
                    watch._transaction = db.ContextId;
                    await watch.BeforeRanks();
                }

                var moved = await inner.ApplyRanksAsync(db, ranks, cancellation);
                watch.Written.UnionWith(ranks.Select(r => r.CaseId));
                return moved;
            }
        }
    }
}
