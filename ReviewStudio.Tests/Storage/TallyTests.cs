using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue.Counting;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class TallyTestsOnSqlite() : TallyTests(TestEngine.Sqlite);

public sealed class TallyTestsOnPostgreSql() : TallyTests(TestEngine.PostgreSql);

/// <summary>Counts that pages show without counting.</summary>
public abstract class TallyTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Long_lane_shows_its_tally_and_a_short_one_what_is_there_now()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var lead = await studio.ReviewerAsync("lead", "", 0, Roles.PolicyLead);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, Tallies.CountedAtOnce + 150).Select(i => $"post {i}"));
        await studio.AddTextsAsync(queue, ["kurz"], "de");
        (await PendingAsync(studio, lead)).ShouldBe([Tallies.CountedAtOnce + 1, 1], "counting ends there");

        (await studio.Get<CountQueues>().RunAsync(None)).ShouldBe(2, "the lane, and what waits under the policy");
        await studio.AddTextsAsync(queue, ["noch einer"], "de");

        (await PendingAsync(studio, lead)).ShouldBe([Tallies.CountedAtOnce + 150, 2]);
    }

    [Fact]
    public async Task Verdicts_of_today_are_the_same_before_and_after_they_were_added_up_and_none_counts_twice()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var reviewer = await studio.ReviewerAsync("reviewer");
        await studio.AddTextsAsync(queue, ["one", "two", "three"]);
        await studio.JudgeNextAsync(reviewer, "ok");
        await studio.JudgeNextAsync(reviewer, "ok");
        (await TodayAsync(studio, reviewer)).ShouldBe(2);
        (await studio.Get<CountVerdicts>().RunAsync(None)).ShouldBe(0, "one with a smaller key may not be committed yet");

        studio.Clock.Advance(TimeSpan.FromMinutes(2));
        (await studio.Get<CountVerdicts>().RunAsync(None)).ShouldBe(2);
        (await TodayAsync(studio, reviewer)).ShouldBe(2);
        await studio.JudgeNextAsync(reviewer, "ok");
        (await TodayAsync(studio, reviewer)).ShouldBe(3);
        (await studio.Get<CountVerdicts>().RunAsync(None)).ShouldBe(0);
        (await TodayAsync(studio, reviewer)).ShouldBe(3);
    }

    private static async Task<List<int>> PendingAsync(TestStudio studio, Actor actor) =>
        [.. (await studio.Get<ListQueues>().RunAsync(false, actor, None)).Single().Lanes.Select(l => l.Pending)];

    private static async Task<int> TodayAsync(TestStudio studio, Actor actor) => (await studio.Get<ListQueues>().RunAsync(false, actor, None)).Single().VerdictsToday;
}
