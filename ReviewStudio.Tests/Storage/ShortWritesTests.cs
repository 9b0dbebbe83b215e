using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Claims and verdicts on PostgreSQL go over a few connections of their own, which stay warm whatever else a rush opens.</summary>
public sealed class ShortWritesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Claims_and_verdicts_keep_to_few_sessions_that_nothing_else_uses()
    {
        await using var studio = await TestStudio.StartAsync(engine: TestEngine.PostgreSql);
        var few = 2 * Environment.ProcessorCount;

        // So many read at once that each needs a session of its own.
        var reading = new List<StudioDbContext>();
        for (var i = 0; i < 2 * few; i++)
        {
            var db = await studio.Database.OpenForReadingAsync(None);
            await db.Database.OpenConnectionAsync(None);
            reading.Add(db);
        }

        var wide = await Task.WhenAll(reading.Select(SessionAsync));
        var claims = await Task.WhenAll(Enumerable.Range(0, 25 * few).Select(_ => studio.Database.StatementAsync(SessionAsync, None)));
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 25 * few).Select(_ => studio.Database.ShortWriteAsync(SessionAsync, None)));
        foreach (var db in reading)
        {
            await db.DisposeAsync();
        }

        var own = claims.Concat(verdicts).Distinct().ToList();
        wide.Distinct().Count().ShouldBe(2 * few);
        own.Count.ShouldBeLessThanOrEqualTo(few);
        own.Intersect(wide).ShouldBeEmpty();

        // The contexts come back for other work, and that is done on the sessions of other work.
        var later = await Task.WhenAll(Enumerable.Range(0, 4 * few).Select(_ => studio.Database.ReadAsync(SessionAsync, None)));
        later.Intersect(own).ShouldBeEmpty();
    }

    [Fact]
    public async Task Statement_that_fails_or_leaves_its_connection_open_takes_nothing_with_it()
    {
        await using var studio = await TestStudio.StartAsync(engine: TestEngine.PostgreSql);
        for (var i = 0; i < 4 * Environment.ProcessorCount; i++)
        {
            await Should.ThrowAsync<RefusedException>(() => studio.Database.StatementAsync<int>(
                async db =>
                {
                    await db.Database.OpenConnectionAsync(None);
                    throw new RefusedException("claim.refused", "");
                },
                None));
        }

        var own = await studio.Database.StatementAsync(SessionAsync, None);
        (await studio.Database.ReadAsync(SessionAsync, None)).ShouldNotBe(own);
    }

    private static Task<int> SessionAsync(StudioDbContext db) => db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").SingleAsync();
}
