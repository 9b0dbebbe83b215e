using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>A write of many rows keeps nobody waiting until its end.</summary>
public sealed class GivingWayTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Write_of_many_rows_on_SQLite_lets_a_claim_in_between_and_writes_each_row_once()
    {
        await using var studio = await TestStudio.StartAsync();
        var order = new List<string>();
        var claim = Task.CompletedTask;

        await studio.Database.WriteInPartsAsync([.. Enumerable.Range(0, 40)], PartAsync, None);
        await claim;

        order.ShouldBe(["0-7", "claim", "8-15", "16-23", "24-31", "32-39"]);

        async Task PartAsync(Core.Storage.StudioDbContext db, IReadOnlyList<int> part)
        {
            order.Add($"{part[0]}-{part[^1]}");
            if (part[0] > 0)
            {
                return;
            }

            claim = Task.Run(() => studio.Database.StatementAsync(
                async other =>
                {
                    order.Add("claim");
                    return await other.Set<Lane>().CountAsync(None);
                },
                None));
            while (!studio.Database.Provider.Awaited)
            {
                await Task.Delay(1, None);
            }
        }
    }

    [Fact]
    public async Task Write_of_many_rows_on_PostgreSQL_is_one_statement_since_nobody_waits_for_it()
    {
        await using var studio = await TestStudio.StartAsync(engine: TestEngine.PostgreSql);
        var parts = new List<int>();

        await studio.Database.WriteInPartsAsync(
            [.. Enumerable.Range(0, 40)],
            (_, part) =>
            {
                parts.Add(part.Count);
                return Task.CompletedTask;
            },
            None);

        parts.ShouldBe([40]);
    }
}
