using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Cli.Bench;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Counting;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>
/// What pages and workers ask for again and again must not grow with what was ever taken in or judged: the plans of all
/// their queries, over an installation whose tables are longer than any page may read.
/// </summary>
public sealed class PagePlanTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly string[] Long = ["ReviewTask", "ReviewCase", "Verdict", "Item", "ItemPart", "LabelledExample", "AuditEvent", "OutboxMessage", "TaskSkip"];

    /// <summary>They begin at the newest key and end after a page.</summary>
    private static readonly string[] FromTheNewest = ["cases"];

    [Fact]
    public async Task Pages_and_workers_on_SQLite_walk_no_long_table()
    {
        await using var studio = await FilledAsync(TestEngine.Sqlite, items: 3_000, verdicts: 21_000);

        var walking = (await PlansAsync(studio, TestEngine.Sqlite)).Where(p => !FromTheNewest.Contains(p.Name) && !p.Query.Contains("WHERE 0", StringComparison.Ordinal) && WatchedCommands.WalkedOnSqlite(p.Query, p.Plan, Long).Count > 0);
        Told(walking).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_and_workers_on_PostgreSQL_read_no_more_of_a_long_table_than_a_page_may()
    {
        // Half a minute; the engine beside it would walk by the same queries.
        LongSuites.Only();
        await using var studio = await FilledAsync(TestEngine.PostgreSql, items: 100_000, verdicts: 140_000);

        // What is counted at once, in several queues, and a reviewer's last day.
        var reading = (await PlansAsync(studio, TestEngine.PostgreSql)).Where(p => WatchedCommands.MostReadOnPostgreSql(p.Plan, Long) > 12_500);
        Told(reading).ShouldBeEmpty();
    }

    private static string Told(IEnumerable<(string Name, string Query, List<string> Plan)> plans) => string.Join("\n\n", plans.Select(p => $"{p.Name}\n{p.Query}\n{string.Join('\n', p.Plan)}"));

    private static async Task<TestStudio> FilledAsync(TestEngine engine, int items, int verdicts)
    {
        var studio = await TestStudio.StartAsync(services => services.AddSingleton<WatchedCommands>().AddSingleton<ISaveGuard>(s => s.GetRequiredService<WatchedCommands>()), engine: engine);
        var queue = await studio.QueueAsync(BenchStudio.Queue, ["ok", "bad"]);
        await new ReviewFill(studio.Database, queue, 1).RunAsync(items, 50, 0, None, new PagesFill(studio.Database, queue, verdicts, 1));
        studio.Clock.Advance(TimeProvider.System.GetUtcNow() - studio.Clock.GetUtcNow());
        await studio.Get<CountVerdicts>().RunAsync(None);
        await studio.Get<CountQueues>().RunAsync(None);
        return studio;
    }

    private static async Task<List<(string Name, string Query, List<string> Plan)>> PlansAsync(TestStudio studio, TestEngine engine)
    {
        var queue = await studio.Database.ReadAsync(db => db.Set<ReviewQueue>().SingleAsync(q => q.Key == BenchStudio.Queue), None);
        var reviewers = await new ReviewFill(studio.Database, queue, 1).RunAsync(0, 50, 0, None);
        var pages = new PageCalls(studio.Get<IServiceProvider>(), queue, reviewers[0], None);
        await pages.KeepFiguresAsync();
        var calls = (await pages.AllAsync()).Where(c => c.Name != "system").ToList();
        var watched = studio.Get<WatchedCommands>();
        var plans = new List<(string, string, List<string>)>();
        foreach (var (name, call) in calls)
        {
            watched.Take();
            await call();
            foreach (var query in watched.Take().DistinctBy(q => q.Sql))
            {
                plans.Add((name, query.Sql, await WatchedCommands.PlanAsync(studio.Database, engine, query)));
            }
        }

        plans.Count.ShouldBeGreaterThan(calls.Count);
        return plans;
    }
}
