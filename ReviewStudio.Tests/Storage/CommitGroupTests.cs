using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.Sqlite;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Short writes on SQLite share a commit: each is still all or nothing, and nobody waits for ever.</summary>
public sealed class CommitGroupTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Write_that_fails_takes_only_itself_back()
    {
        await using var studio = await TestStudio.StartAsync();
        var writes = Enumerable.Range(0, 40).Select(i => Task.Run(() => studio.Database.ShortWriteAsync(
            async db =>
            {
                db.Add(Message($"topic {i}"));
                await db.SaveChangesAsync();
                return i % 4 == 0 ? throw new RefusedException("test", $"{i} is refused") : i;
            },
            None))).ToList();

        var refused = 0;
        foreach (var write in writes)
        {
            try
            {
                await write;
            }
            catch (RefusedException)
            {
                refused++;
            }
        }

        refused.ShouldBe(10);
        var topics = await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().Select(m => m.Topic).ToListAsync(), None);
        topics.Order().ShouldBe(Enumerable.Range(0, 40).Where(i => i % 4 != 0).Select(i => $"topic {i}").Order());
    }

    [Fact]
    public async Task Writes_of_all_kinds_and_ones_that_are_broken_off_leave_nobody_waiting()
    {
        await using var studio = await TestStudio.StartAsync();
        using var stop = new CancellationTokenSource();
        async Task<bool> AddAsync(StudioDbContext db)
        {
            db.Add(Message("kept"));
            await studio.Database.Provider.FinishAsync(db, None);
            return true;
        }

        var kept = 0;
        var all = Enumerable.Range(0, 300).Select(i => Task.Run(async () =>
        {
            try
            {
                await (i % 5 == 0 ? studio.Database.WriteAsync(AddAsync, None) : studio.Database.ShortWriteAsync(AddAsync, i % 3 == 0 ? stop.Token : None));
                Interlocked.Increment(ref kept);
            }
            catch (OperationCanceledException)
            {
                // Broken off while it waited: nothing was written.
            }

            if (i == 20)
            {
                await stop.CancelAsync();
            }
        }));

        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(60));
        (await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().CountAsync(), None)).ShouldBe(kept);
    }

    [Fact]
    public async Task Verdicts_that_are_acknowledged_together_are_all_there()
    {
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 120).Select(i => $"post {i}"));
        var given = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var reviewer = await studio.ReviewerAsync($"reviewer {i}");
            var ids = new List<Guid>();
            while (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None) is { } claimed)
            {
                var id = Guid.CreateVersion7();
                var version = await studio.Database.ReadAsync(db => db.Set<Core.Policies.PolicyVersion>().Select(v => v.Id).SingleAsync(), None);
                await studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(id, claimed.Claim, version, "ok", 1_000), reviewer, None);
                ids.Add(id);
            }

            return ids;
        }));

        var stored = await studio.Database.ReadAsync(db => db.Set<Verdict>().Select(v => v.PublicId).ToListAsync(), None);
        stored.Order().ShouldBe(given.SelectMany(g => g).Order());
        stored.Count.ShouldBe(120);
        (await studio.Database.ReadAsync(db => db.Set<Core.Labels.LabelledExample>().CountAsync(), None)).ShouldBe(120);
    }

    [Fact]
    public async Task Kept_command_follows_its_connection_to_another_handle()
    {
        const string Sql = "UPDATE \"Policy\" SET \"Name\" = \"Name\"";
        await using var studio = await TestStudio.StartAsync();
        await using var db = await studio.Database.OpenForReadingAsync(None);
        for (var i = 0; i < 2; i++)
        {
            await db.Database.OpenConnectionAsync(None);
            SqliteCommands.Of(db, Sql).ExecuteNonQuery();
            await db.Database.CloseConnectionAsync();
        }

        // Takes the handle that has just been given back.
        await using var other = await studio.Database.OpenForReadingAsync(None);
        await other.Database.OpenConnectionAsync(None);
        await db.Database.OpenConnectionAsync(None);
        await using var transaction = await db.Database.BeginTransactionAsync(None);

        Should.NotThrow(() => SqliteCommands.Of(db, Sql).ExecuteNonQuery(), "on the other handle it would wait for this very transaction");

        await transaction.CommitAsync(None);
    }

    private static OutboxMessage Message(string topic) => new() { Topic = topic, CreatedAt = DateTime.UnixEpoch, NotBefore = DateTime.UnixEpoch };
}
