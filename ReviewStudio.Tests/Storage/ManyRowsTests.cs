using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ManyRowsTestsOnSqlite() : ManyRowsTests(TestEngine.Sqlite);

public sealed class ManyRowsTestsOnPostgreSql() : ManyRowsTests(TestEngine.PostgreSql);

public sealed class ManyRowsTestsOnSqlServer() : ManyRowsTests(TestEngine.SqlServer);

/// <summary>Adding many rows at once, by each engine's own way.</summary>
public abstract class ManyRowsTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(5_000)]
    public async Task Rows_get_ascending_keys_in_their_order_and_read_back_equal(int count)
    {
        await using var studio = await StartAsync();
        var rows = Enumerable.Range(0, count).Select(n => Item(studio, n)).ToList();

        await studio.Database.WriteAsync(db => db.InsertAsync(rows, None), None);

        rows.Zip(rows.Skip(1)).ShouldAllBe(pair => pair.First.Id < pair.Second.Id);
        var kept = await studio.Database.ReadAsync(db => db.Set<Item>().OrderBy(i => i.Id).ToListAsync(), None);
        kept.ConvertAll(Told).ShouldBe(rows.ConvertAll(Told));
    }

    [Fact]
    public async Task Rows_of_a_transaction_that_fails_are_gone_and_rows_by_the_context_follow()
    {
        await using var studio = await StartAsync();
        await Should.ThrowAsync<TimeoutException>(studio.Database.WriteAsync(
            async db =>
            {
                await db.InsertAsync([.. Enumerable.Range(0, 50).Select(n => Item(studio, n))], None);
                throw new TimeoutException();
            },
            None));
        await studio.Database.WriteAsync(db => db.InsertAsync([.. Enumerable.Range(0, 50).Select(n => Item(studio, n))], None), None);
        await studio.Database.WriteAsync(
            async db =>
            {
                db.Add(Item(studio, 50));
                await db.SaveChangesAsync();
            },
            None);

        var kept = await studio.Database.ReadAsync(db => db.Set<Item>().OrderBy(i => i.Id).Select(i => i.ExternalId).ToListAsync(), None);
        kept.ShouldBe(Enumerable.Range(0, 51).Select(n => $"row-{n}"));
    }

    [Fact]
    public async Task Several_that_add_at_once_get_different_keys()
    {
        await using var studio = await StartAsync();
        var batches = Enumerable.Range(0, 8).Select(b => Enumerable.Range(b * 500, 500).Select(n => Item(studio, n)).ToList()).ToList();

        await Task.WhenAll(batches.Select(rows => studio.Database.WriteAsync(db => db.InsertAsync(rows, None), None)));

        batches.SelectMany(b => b).Select(r => r.Id).Distinct().Count().ShouldBe(4_000);
        (await studio.Database.ReadAsync(db => db.Set<Item>().CountAsync(), None)).ShouldBe(4_000);
    }

    [Fact]
    public async Task Every_value_that_a_case_can_hold_survives()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("rows", ["fine", "bad"]);
        var version = await studio.Database.ReadAsync(db => Task.FromResult(db.Set<Core.Policies.PolicyVersion>().Single().Id), None);
        var items = Enumerable.Range(0, 40).Select(n => Item(studio, n)).ToList();
        await studio.Database.WriteAsync(db => db.InsertAsync(items, None), None);
        var cases = items.ConvertAll(i => new ReviewCase
        {
            ItemId = i.Id, PolicyId = queue.PolicyId, PolicyVersionId = version, QueueId = queue.Id, ArrivedAt = studio.Clock.Instant(), Stratum = "unscored", State = CaseState.Labelled,
            Probabilities = i.Id % 2 == 0 ? [1, 0, 255, (byte)i.Id] : null, Uncertainty = 1 / 3d, AuditProbability = double.Epsilon, LabelKey = i.Id % 3 == 0 ? "Zürich \"'\\ 日本 🙂" : null,
        });

        await studio.Database.WriteAsync(db => db.InsertAsync(cases, None), None);

        var kept = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().OrderBy(c => c.Id).ToListAsync(), None);
        kept.ConvertAll(Told).ShouldBe(cases.ConvertAll(Told));
    }

    private static Item Item(TestStudio studio, int number) => new()
    {
        Source = "many", ExternalId = $"row-{number}", Language = "en", Author = number % 2 == 0 ? "" : "ä", PublishedAt = number % 3 == 0 ? null : studio.Clock.Instant(), IngestedAt = studio.Clock.Instant(),
    };

    private static string Told(Item i) => $"{i.Id} {i.PublicId} {i.ExternalId} {i.Language} {i.Author} {i.PublishedAt:O} {i.IngestedAt:O}";

    private static string Told(ReviewCase c) =>
        FormattableString.Invariant($"{c.Id} {c.PublicId} {c.ItemId} {c.State} {(c.Probabilities is { } p ? Convert.ToHexString(p) : "-")} {c.Uncertainty:R} {c.AuditProbability:R} {c.LabelKey} {c.ArrivedAt:O}");
}
