using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>Fills an installation with waiting tasks in random order of rank, and with reviewers.</summary>
internal sealed class ReviewFill(Database database, ReviewQueue queue, int seed)
{
    /// <summary>The source of the few tasks that a reviewer with a narrow filter is after.</summary>
    public const string Rare = "rare";

    private const int Batch = 10_000;

    /// <param name="rareShare">Share of the tasks that come from <see cref="Rare"/>.</param>
    /// <param name="past">What else an empty database is filled with.</param>
    /// <returns>The reviewers; in a database that is filled already those that it has, and as many more as are missing.</returns>
    public async Task<List<Actor>> RunAsync(int items, int reviewers, double rareShare, CancellationToken stop, PagesFill? past = null)
    {
        var people = await database.WriteAsync(db => ReviewersAsync(db, reviewers, stop), stop);
        if (!await database.ReadAsync(db => db.Set<ReviewTask>().AnyAsync(stop), stop))
        {
            await FillAsync(items, rareShare, past, people, stop);
        }

        return people;
    }

    private async Task FillAsync(int items, double rareShare, PagesFill? past, List<Actor> people, CancellationToken stop)
    {
        var (versionId, lanes) = await database.WriteAsync(
            async db =>
            {
                // Nothing but reviewing shall run: no training, no known answers.
                await db.Set<ReviewQueue>().Where(q => q.Id == queue.Id).ExecuteUpdateAsync(set => set.SetProperty(q => q.RetrainEvery, 0).SetProperty(q => q.Plan.GoldShare, 0), stop);
                var version = await PolicyBook.InForceIdAsync(db, queue.PolicyId, stop);
                var common = await LaneBook.OpenAsync(db, new LaneKey(queue.Id, "en", "text", "bench", 0, LaneAudience.Reviewers), stop);
                return (version!.Value, (Common: common, Rare: await LaneBook.OpenAsync(db, new LaneKey(queue.Id, "en", "text", Rare, 0, LaneAudience.Reviewers), stop)));
            },
            stop);
        if (database.Provider is Migrations.PostgreSql.PostgreSqlProvider)
        {
            await using var server = await database.OpenForReadingAsync(stop);
            await server.Database.OpenConnectionAsync(stop);
            var rows = new PostgreSqlRows(server);
            await rows.TakeOffAsync(PostgreSqlReviewFill.Tables.Concat(past is null ? [] : PostgreSqlPagesFill.Tables), stop);
            await new PostgreSqlReviewFill(rows, queue, versionId, lanes.Common, lanes.Rare).RunAsync(items, seed, rareShare, stop);
            await (past?.RunAsync(rows, items, people, stop) ?? Task.CompletedTask);
            await rows.PutBackAsync(stop);
            return;
        }

        var draw = new Random(seed);
        for (var from = 0; from < items; from += Batch)
        {
            var numbers = Enumerable.Range(from, Math.Min(Batch, items - from)).Select(n => (Number: n, Rank: draw.NextDouble(), Rare: draw.NextDouble() < rareShare)).ToList();
            await database.WriteAsync(db => AddAsync(db, queue, versionId, lanes, numbers, stop), stop);
        }

        await (past?.RunAsync(people, stop) ?? Task.CompletedTask);
    }

    private static async Task<List<Actor>> ReviewersAsync(StudioDbContext db, int reviewers, CancellationToken stop)
    {
        var there = await db.Set<Reviewer>().CountAsync(stop);
        db.AddRange(Enumerable.Range(there, Math.Max(0, reviewers - there)).Select(i => new Reviewer
        {
            UserName = $"bench{i}", NormalizedUserName = $"BENCH{i}", DisplayName = $"Bench {i}", CreatedAt = TimeProvider.System.Instant(),
        }));
        await db.SaveChangesAsync(stop);
        var ids = await db.Set<Reviewer>().OrderBy(r => r.Id).Select(r => r.Id).Take(reviewers).ToListAsync(stop);
        return ids.ConvertAll(id => new Actor(id, "bench", new HashSet<string>(StringComparer.Ordinal) { Roles.Moderator }));
    }

    private static async Task AddAsync(
        StudioDbContext db, ReviewQueue queue, long versionId, (long Common, long Rare) lanes, List<(int Number, double Rank, bool Rare)> numbers, CancellationToken stop)
    {
        var now = TimeProvider.System.Instant();
        var items = numbers.ConvertAll(n => new Item { Source = n.Rare ? Rare : "bench", ExternalId = FormattableString.Invariant($"post-{n.Number}"), Language = "en", IngestedAt = now });
        await db.InsertAsync(items, stop);
        await db.InsertAsync(items.ConvertAll(i => new ItemPart { ItemId = i.Id, Modality = Modality.Text, Text = "A post to be judged." }), stop);
        var cases = items.ConvertAll(i => new ReviewCase { ItemId = i.Id, PolicyId = queue.PolicyId, PolicyVersionId = versionId, QueueId = queue.Id, ArrivedAt = now, Stratum = "unscored" });
        await db.InsertAsync(cases, stop);
        await db.InsertAsync([.. numbers.Select((n, i) => new ReviewTask { CaseId = cases[i].Id, LaneId = n.Rare ? lanes.Rare : lanes.Common, Rank = n.Rank })], stop);
    }
}
