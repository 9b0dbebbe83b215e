using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.Sqlite;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>SQLite's log is flushed and moved into the file beside the writers, not by them.</summary>
public sealed class SqliteLogTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"reviewstudio-log-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_file + "-wal"))
        {
            Directory.Delete(_file + "-wal");
        }
        else
        {
            File.Delete(_file + "-wal");
        }
    }

    [Fact]
    public async Task Log_is_moved_into_the_file_while_others_write()
    {
        await using var studio = await TestStudio.StartAsync();
        var file = new FileInfo(Directory.GetFiles(studio.Folders.Root, "*.db", SearchOption.AllDirectories).Single());
        var before = file.Length;

        // 30 MB: a tenth of what SQLite lets a log grow to before it moves it within somebody's commit.
        for (var i = 0; i < 30; i++)
        {
            var rows = Enumerable.Range(0, 500).Select(n => new OutboxMessage { Topic = "filled", PayloadJson = new string('x', 2_000), CreatedAt = DateTime.UnixEpoch, NotBefore = DateTime.UnixEpoch }).ToList();
            await studio.Database.WriteAsync(
                async db =>
                {
                    await db.InsertAsync(rows, None);
                    return true;
                },
                None);
        }

        for (var i = 0; i < 400 && file.Length < before + 5_000_000; i++)
        {
            await Task.Delay(50, None);
            file.Refresh();
        }

        file.Length.ShouldBeGreaterThan(before + 5_000_000);
        (await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().CountAsync(m => m.Topic == "filled"), None)).ShouldBe(15_000);
    }

    [Fact]
    public async Task Everybody_who_waits_for_the_disk_is_told_and_a_commit_that_is_there_waits_no_more()
    {
        await File.WriteAllTextAsync(_file + "-wal", "log", None);
        var log = new SqliteLog(_file);
        var commits = Enumerable.Range(0, 200).Select(_ => Task.Run(() => log.DurableAsync(log.Committed()))).ToList();

        await Task.WhenAll(commits).WaitAsync(TimeSpan.FromSeconds(30), None);

        log.DurableAsync(200).IsCompletedSuccessfully.ShouldBeTrue();
        await log.DurableAsync(log.Committed()).WaitAsync(TimeSpan.FromSeconds(30), None);
    }

    [Fact]
    public async Task Log_that_was_moved_and_deleted_meanwhile_is_no_fault() =>
        await new SqliteLog(_file).DurableAsync(1).WaitAsync(TimeSpan.FromSeconds(30), None);

    [Fact]
    public async Task Disk_that_does_not_take_it_is_told_of_and_nothing_is_called_durable()
    {
        Directory.CreateDirectory(_file + "-wal");
        var log = new SqliteLog(_file);

        var fault = await Should.ThrowAsync<IOException>(() => log.DurableAsync(log.Committed()));

        fault.Message.ShouldContain(_file + "-wal");
        await Should.ThrowAsync<IOException>(() => log.DurableAsync(1));
    }
}
