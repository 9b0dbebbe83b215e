using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Claims on PostgreSQL begin at a remembered floor: what waits below it must come first all the same.</summary>
public sealed class LaneFloorTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Floor_rises_with_the_claims_and_gives_way_to_a_task_that_comes_back()
    {
        await using var studio = await TestStudio.StartAsync(engine: TestEngine.PostgreSql);
        var (reviewer, lane, floors) = await WaitingAsync(studio, posts: 50);
        async Task<ClaimedTask> ClaimAsync() => (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None))!;

        var first = await ClaimAsync();
        await UntilAsync(() => double.IsFinite(floors.Of(lane)));
        var ranks = await studio.Database.ReadAsync(
            db => db.Set<ReviewTask>().Where(t => t.State == TaskState.Pending).OrderBy(t => t.Rank).Select(t => t.Rank).ToListAsync(), None);
        floors.Of(lane).ShouldBe(ranks[0]);

        await studio.Get<PutBackTask>().ReleaseAsync(first.Claim, reviewer, None);

        floors.Of(lane).ShouldBe(double.NegativeInfinity);
        (await ClaimAsync()).TaskId.ShouldBe(first.TaskId);
    }

    [Fact]
    public async Task Task_that_another_node_puts_back_below_the_floor_is_served_within_a_moment()
    {
        await using var studio = await TestStudio.StartAsync(engine: TestEngine.PostgreSql);
        var (reviewer, lane, floors) = await WaitingAsync(studio, posts: 400);
        async Task<long?> ClaimAsync() => (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None))?.TaskId;
        var first = await ClaimAsync();
        await UntilAsync(() => double.IsFinite(floors.Of(lane)));

        await using (var other = new Npgsql.NpgsqlConnection(await studio.Database.ReadAsync(db => Task.FromResult(db.Database.GetConnectionString()), None)))
        {
            await other.OpenAsync(None);
            await using var command = new Npgsql.NpgsqlCommand("""UPDATE "ReviewTask" SET "State" = 0, "ReviewerId" = NULL, "LeasedUntil" = NULL WHERE "Id" = $1""", other);
            command.Parameters.Add(new Npgsql.NpgsqlParameter<long> { TypedValue = first!.Value });
            (await command.ExecuteNonQueryAsync(None)).ShouldBe(1);
        }

        await Task.Delay(2 * LaneFloors.Fresh, None);
        (await ClaimAsync()).ShouldBe(first);
    }

    [Fact]
    public async Task Floor_is_lowered_to_what_a_new_ranking_puts_below_it_and_no_further()
    {
        await using var studio = await TestStudio.StartAsync(engine: TestEngine.PostgreSql);
        var (reviewer, lane, floors) = await WaitingAsync(studio, posts: 50);
        await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None);
        await UntilAsync(() => double.IsFinite(floors.Of(lane)));
        var last = await studio.Database.ReadAsync(db => db.Set<ReviewTask>().Where(t => t.State == TaskState.Pending).OrderByDescending(t => t.Rank).FirstAsync(), None);
        var below = floors.Of(lane) - 7;

        await studio.Database.WriteRepeatableAsync(db => studio.Get<IQueueStatements>().ApplyRanksAsync(db, [new CaseRank(last.CaseId, below, below + 1, below + 2)], None), None);

        floors.Of(lane).ShouldBe(below);
        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None))!.TaskId.ShouldBe(last.Id);
    }

    [Fact]
    public async Task Claim_alone_goes_without_the_disk_and_leaves_the_connection_as_it_was()
    {
        await using var studio = await TestStudio.StartAsync(engine: TestEngine.PostgreSql);
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var reviewer = await studio.ReviewerAsync("ada");
        await studio.AddTextsAsync(queue, ["post", "another"]);
        await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None);

        (await studio.Database.ReadAsync(db => db.Database.SqlQueryRaw<string>("SELECT current_setting('synchronous_commit') AS \"Value\"").SingleAsync(), None)).ShouldBe("on");
    }

    /// <summary>A reviewer and one lane of this many posts.</summary>
    private static async Task<(Actor Reviewer, long Lane, LaneFloors Floors)> WaitingAsync(TestStudio studio, int posts)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var reviewer = await studio.ReviewerAsync("ada");
        await studio.AddTextsAsync(queue, Enumerable.Range(0, posts).Select(i => $"post {i}"));
        var lane = await studio.Database.ReadAsync(db => db.Set<Lane>().Select(l => l.Id).SingleAsync(), None);
        return (reviewer, lane, ((PostgreSqlProvider)studio.Database.Provider).Floors);
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        for (var i = 0; i < 200 && !reached(); i++)
        {
            await Task.Delay(20);
        }

        reached().ShouldBeTrue();
    }
}
