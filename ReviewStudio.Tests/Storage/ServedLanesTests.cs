using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ServedLanesTestsOnSqlite() : ServedLanesTests(TestEngine.Sqlite);

public sealed class ServedLanesTestsOnPostgreSql() : ServedLanesTests(TestEngine.PostgreSql);

/// <summary>Lanes are remembered over claims: no claim may go by what is no longer so, whoever changed it.</summary>
public abstract class ServedLanesTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Lane_that_opens_after_a_claim_is_served_by_the_next()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var reviewer = await studio.ReviewerAsync("ada");
        await studio.AddTextsAsync(queue, ["one", "two"]);
        (await ClaimAsync(studio, reviewer)).ShouldNotBeNull();

        await studio.AddTextsAsync(queue, ["eins"], language: "de");

        (await ClaimAsync(studio, reviewer)).ShouldNotBeNull();
        (await ClaimAsync(studio, reviewer)).ShouldNotBeNull("the German lane opened after the lanes were looked up");
        (await ClaimAsync(studio, reviewer)).ShouldBeNull();
    }

    [Fact]
    public async Task Reviewer_who_loses_a_language_is_served_none_of_it_any_more()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var reviewer = await studio.ReviewerAsync("ada");
        await studio.AddTextsAsync(queue, ["eins", "zwei"], language: "de");
        (await ClaimAsync(studio, reviewer)).ShouldNotBeNull();

        await studio.Database.WriteAsync(
            async db =>
            {
                (await db.Set<Reviewer>().SingleAsync()).Languages = "en";
                await db.SaveChangesAsync();
            },
            None);

        (await ClaimAsync(studio, reviewer)).ShouldBeNull();
    }

    [Fact]
    public async Task Queue_that_is_archived_serves_nobody_and_serves_again_when_it_is_back()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var reviewer = await studio.ReviewerAsync("ada");
        await studio.AddTextsAsync(queue, ["one", "two", "three"]);
        (await ClaimAsync(studio, reviewer)).ShouldNotBeNull();

        await ArchiveAsync(studio, studio.Clock.GetUtcNow().UtcDateTime);
        (await ClaimAsync(studio, reviewer)).ShouldBeNull();
        await ArchiveAsync(studio, null);
        (await ClaimAsync(studio, reviewer)).ShouldNotBeNull();
    }

    private static Task<ClaimedTask?> ClaimAsync(TestStudio studio, Actor reviewer) =>
        studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None);

    private static Task ArchiveAsync(TestStudio studio, DateTime? at) => studio.Database.WriteAsync(
        async db =>
        {
            (await db.Set<ReviewQueue>().SingleAsync()).ArchivedAt = at;
            await db.SaveChangesAsync();
        },
        None);
}
