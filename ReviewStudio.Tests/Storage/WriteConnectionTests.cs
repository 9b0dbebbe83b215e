using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Writes on SQLite share a connection, and each context has it only while it writes.</summary>
public sealed class WriteConnectionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Contexts_that_wrote_read_on_connections_of_their_own_again()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.Database.WriteAsync(db => AddAsync(db, "first"), None);
        await studio.Database.WriteAsync(
            async db =>
            {
                await AddAsync(db, "not yet");

                // On every context of the pool, the one that wrote first among them: none sees what is not committed, and each
                // knows the functions that EF adds to connections.
                var seen = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => studio.Database.ReadAsync(
                    reading => reading.Set<OutboxMessage>().Where(m => EF.Functions.Glob(m.Topic, "[fn]*") && (decimal)m.Id * 1.5m > 0m).Select(m => m.Topic).ToListAsync(), None)));
                seen.ShouldAllBe(topics => topics.SequenceEqual(new[] { "first" }));
            },
            None);
        (await TopicsAsync(studio)).ShouldBe(["first", "not yet"]);
    }

    [Fact]
    public async Task Context_that_somebody_left_open_can_write()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.Database.WriteAsync(db => AddAsync(db, "first"), None);
        for (var i = 0; i < 5; i++)
        {
            await studio.Database.ReadAsync(
                async db =>
                {
                    await db.Database.OpenConnectionAsync(None);
                    return true;
                },
                None);
        }

        await studio.Database.WriteAsync(db => AddAsync(db, "second"), None);
        (await TopicsAsync(studio)).ShouldBe(["first", "second"]);
    }

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("ROLLBACK")]
    [InlineData("ROLLBACK; BEGIN; DELETE FROM \"OutboxMessage\"")]
    public async Task Failed_write_leaves_nothing_to_the_next(string then)
    {
        await using var studio = await TestStudio.StartAsync();
        await Should.ThrowAsync<Exception>(() => studio.Database.WriteAsync(
            async db =>
            {
                await AddAsync(db, "failed");

                // The engine may end a transaction by itself, as on a full disk, and the driver does not know of it.
                await db.Database.ExecuteSqlRawAsync(then);
                throw new InvalidOperationException("It failed.");
            },
            None));
        await studio.Database.WriteAsync(db => AddAsync(db, "long"), None);
        await studio.Database.ShortWriteAsync(
            async db =>
            {
                await AddAsync(db, "short");
                return true;
            },
            None);
        (await TopicsAsync(studio)).ShouldBe(["long", "short"]);
    }

    private static Task<List<string>> TopicsAsync(TestStudio studio) =>
        studio.Database.ReadAsync(db => db.Set<OutboxMessage>().OrderBy(m => m.Id).Select(m => m.Topic).ToListAsync(), None);

    private static async Task AddAsync(StudioDbContext db, string topic)
    {
        db.Add(new OutboxMessage { Topic = topic, CreatedAt = DateTime.UnixEpoch, NotBefore = DateTime.UnixEpoch });
        await db.SaveChangesAsync();
    }
}
