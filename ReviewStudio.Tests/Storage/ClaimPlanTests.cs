using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Migrations.Sqlite;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>A claim's cost must not depend on the length of the queue: it walks the lanes' partial index (law 2).</summary>
public sealed class ClaimPlanTests
{
    private static readonly ClaimHead Claim = new([1, 2, 3], [4], 1, DateTime.UnixEpoch, DateTime.UnixEpoch.AddMinutes(5), new LaneStamp(4, [Guid.Empty], "stamp"));

    [Fact]
    public async Task Claim_on_SQLite_reads_each_lane_by_its_pending_index()
    {
        var plan = await PlanAsync(TestEngine.Sqlite, "EXPLAIN QUERY PLAN " + SqliteQueueStatements.ClaimSql(Claim), (c, claim) => SqliteQueueStatements.AddParameters((SqliteCommand)c, claim), 3);

        plan.Count(line => line.Contains("IX_ReviewTasks_Pending", StringComparison.Ordinal)).ShouldBe(4, string.Join('\n', plan));
        plan.ShouldNotContain(line => line.StartsWith("SCAN t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Claim_on_PostgreSQL_merges_the_lanes_pending_indexes_and_sorts_nothing()
    {
        var plan = await PlanAsync(TestEngine.PostgreSql, "EXPLAIN (ANALYZE, COSTS OFF) " + PostgreSqlQueueStatements.ClaimSql(Claim), (c, claim) => PostgreSqlQueueStatements.AddParameters((NpgsqlCommand)c, claim, [double.NegativeInfinity, 0, 0, 0]), 0);
        var text = string.Join('\n', plan);

        plan.Count(line => line.Contains("using \"IX_ReviewTasks_Pending\"", StringComparison.Ordinal)).ShouldBe(4, text);
        text.ShouldContain("Merge Append");
        text.ShouldNotContain("Seq Scan on \"ReviewTask\"");
        text.ShouldNotContain("Sort Method", customMessage: text);
        text.ShouldNotContain("Hash");
        plan.Where(line => line.Contains("IX_ReviewTasks_Pending", StringComparison.Ordinal))
            .ShouldAllBe(line => line.Contains("never executed", StringComparison.Ordinal) || line.Contains("rows=0 ", StringComparison.Ordinal) || line.Contains("rows=1 ", StringComparison.Ordinal));
    }

    private static async Task<List<string>> PlanAsync(TestEngine engine, string sql, Action<DbCommand, ClaimHead> addParameters, int column)
    {
        await using var studio = await TestStudio.StartAsync(engine: engine);
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var reviewer = await studio.ReviewerAsync("reviewer");
        foreach (var language in new[] { "en", "de", "fr", "ar" })
        {
            await studio.AddTextsAsync(queue, Enumerable.Range(0, 1_500).Select(i => $"{language} {i}"), language);
        }

        reviewer.ReviewerId.ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<Lane>().Select(l => l.Id).OrderBy(id => id).ToListAsync(), CancellationToken.None)).ShouldBe([1L, 2L, 3L, 4L]);
        return await studio.Database.WriteAsync(
            async db =>
            {
                await db.Database.ExecuteSqlRawAsync("ANALYZE");
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.Transaction = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(db.Database.CurrentTransaction!);
                command.CommandText = sql;
                addParameters(command, Claim with
                {
                    Known = new LaneStamp(
                        4, await db.Set<ReviewQueue>().Select(q => q.ConcurrencyStamp).ToListAsync(), await db.Set<Reviewer>().Select(r => r.ConcurrencyStamp).SingleAsync() ?? ""),
                });
                await using var reader = await command.ExecuteReaderAsync();
                var lines = new List<string>();
                while (await reader.ReadAsync())
                {
                    lines.Add(reader.GetString(column));
                }

                return lines;
            },
            CancellationToken.None);
    }
}
