using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class JobTestsOnSqlite() : JobTests(TestEngine.Sqlite);

public sealed class JobTestsOnPostgreSql() : JobTests(TestEngine.PostgreSql);

public sealed class JobTestsOnSqlServer() : JobTests(TestEngine.SqlServer);

/// <summary>Jobs as rows: taken once, taken up again, kept apart.</summary>
public abstract class JobTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Job_that_several_take_at_once_runs_once()
    {
        var handler = new Counting();
        await using var studio = await StartAsync(services => services.AddSingleton<IJobHandler>(handler));
        var job = await studio.Get<JobDesk>().StartAsync(new NewJob(Counting.Name, "Count", new { }), Actor.System, None);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => studio.Get<RunBackgroundJob>().RunAsync(job, None))));

        handler.Runs.ShouldBe(1);
        (await studio.Get<JobDesk>().FindAsync(job, None))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Job_of_a_process_that_died_is_found_when_its_lease_is_over_and_not_before()
    {
        var handler = new Counting();
        await using var studio = await StartAsync(services => services.AddSingleton<IJobHandler>(handler));
        var job = await studio.Get<JobDesk>().StartAsync(new NewJob(Counting.Name, "Count", new { }), Actor.System, None);
        var until = studio.Clock.Instant().AddSeconds(20);
        await studio.Database.WriteAsync(
            db => db.Set<BackgroundJob>().ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Running).SetProperty(j => j.LeaseOwner, "dead").SetProperty(j => j.LeasedUntil, until)), None);
        await studio.Get<RunBackgroundJob>().RunAsync(job, None);
        handler.Runs.ShouldBe(0, "somebody may be working on it");

        studio.Clock.Advance(TimeSpan.FromSeconds(21));
        (await studio.Get<JobDesk>().ReconcileAsync(None)).ShouldBe(1);
        await studio.Get<RunBackgroundJob>().RunAsync(job, None);

        handler.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task Jobs_of_one_key_do_not_run_beside_each_other()
    {
        var handler = new Counting();
        await using var studio = await StartAsync(services => services.AddSingleton<IJobHandler>(handler));
        var desk = studio.Get<JobDesk>();
        var jobs = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            jobs.Add(await desk.StartAsync(new NewJob(Counting.Name, "Count", new { }, "one at a time"), Actor.System, None));
        }

        while (handler.Runs < jobs.Count)
        {
            await Task.WhenAll(jobs.Select(j => Task.Run(() => studio.Get<RunBackgroundJob>().RunAsync(j, None))));
        }

        handler.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Job_that_was_turned_away_is_dispatched_when_the_one_before_it_has_ended()
    {
        var handler = new Counting();
        await using var studio = await StartAsync(services => services.AddSingleton<IJobHandler>(handler));
        var (desk, next) = (studio.Get<JobDesk>(), studio.Get<DispatchNext>());
        var first = await desk.StartAsync(new NewJob(Counting.Name, "Count", new { }, "one at a time"), Actor.System, None);
        var other = await desk.StartAsync(new NewJob(Counting.Name, "Count", new { }, "another key"), Actor.System, None);
        var second = await desk.StartAsync(new NewJob(Counting.Name, "Count", new { }, "one at a time"), Actor.System, None);
        var until = studio.Clock.Instant().AddSeconds(20);
        await SetAsync(JobState.Running);
        await studio.Get<RunBackgroundJob>().RunAsync(second, None);
        await next.RunAsync(second, None);
        await next.RunAsync(first, None);
        handler.Runs.ShouldBe(0, "the first is at work");
        studio.Dispatcher.Ids.ShouldBe([first, other, second]);

        await SetAsync(JobState.Succeeded);
        await next.RunAsync(first, None);

        studio.Dispatcher.Ids.ShouldBe([first, other, second, second]);

        Task SetAsync(JobState state) => studio.Database.WriteAsync(
            db => db.Set<BackgroundJob>().Where(j => j.Id == first).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, state).SetProperty(j => j.LeasedUntil, until)), None);
    }

    private sealed class Counting : IJobHandler
    {
        public const string Name = "test.count";

        private int _runs;
        private int _now;

        public string Kind => Name;

        public int Runs => _runs;

        public int MostAtOnce { get; private set; }

        public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _now));
            await Task.Delay(50, stop);
            Interlocked.Decrement(ref _now);
            Interlocked.Increment(ref _runs);
            return null;
        }
    }
}
