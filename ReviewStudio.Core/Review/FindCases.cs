using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>An item under a policy, as another program sees it.</summary>
/// <param name="State"><c>open</c>, <c>labelled</c> or <c>escalated</c>.</param>
/// <param name="LabelKey">The consensus; null while there is none.</param>
/// <param name="Head">Number of the head that predicted; null before the first prediction.</param>
/// <param name="Probabilities">By label key; null before the first prediction.</param>
/// <param name="Uncertainty">By the queue's strategy, 0 to 1.</param>
/// <param name="Verdicts">Standing verdicts.</param>
public sealed record CaseView(
    Guid Id, Guid ItemId, string Source, string ExternalId, string Policy, int PolicyVersion, string Queue, string State, string? LabelKey,
    int? Head, IReadOnlyDictionary<string, double>? Probabilities, double Uncertainty, int Verdicts, DateTime ArrivedAt);

/// <summary>Which cases to list. Null leaves a dimension open.</summary>
/// <param name="Queue">The queue's key.</param>
/// <param name="After">From the page before; null begins with the newest.</param>
public sealed record CaseQuery(string? Queue, CaseState? State, string? Source, string? ExternalId, int? Limit, string? After);

/// <summary>Finds cases: one by its id, or page by page, the newest first; of a source those of its newest items.</summary>
public sealed class FindCases(Database database) : IUseCase
{
    /// <exception cref="RefusedException"><c>case.unknown</c>.</exception>
    public Task<CaseView> OneAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        Check(actor);
        return database.ReadAsync(
            async db => View((await Rows(db).Where(r => r.Case.PublicId == id).ToListAsync(cancellation)).SingleOrDefault()
                ?? throw new RefusedException("case.unknown", "There is no case with this id.")),
            cancellation);
    }

    /// <exception cref="RefusedException"><c>page.cursor</c> or <c>queue.unknown</c>.</exception>
    public Task<Paged<CaseView>> ListAsync(CaseQuery query, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        Check(actor);
        var (size, before) = (PageCursor.Size(query.Limit), PageCursor.Read(query.After));
        return database.ReadAsync(
            async db =>
            {
                var rows = Rows(db);
                if (query.Queue is { Length: > 0 } key)
                {
                    var queue = await db.Set<ReviewQueue>().Where(q => q.Key == key).Select(q => (long?)q.Id).SingleOrDefaultAsync(cancellation)
                        ?? throw new RefusedException("queue.unknown", $"There is no queue '{key}'.");
                    rows = rows.Where(r => r.Case.QueueId == queue);
                }

                else if (query is { State: { } one, Source: null or "", ExternalId: null or "" })
                {
                    // The index of states begins with the queue, and of some states there is one case in a million.
                    var latest = await LatestAsync(db, one, before ?? long.MaxValue, size + 1, cancellation);
                    rows = rows.Where(r => latest.Contains(r.Case.Id));
                }

                rows = query.State is { } state ? rows.Where(r => r.Case.State == state) : rows;
                rows = query.ExternalId is { Length: > 0 } external ? rows.Where(r => r.Item.ExternalId == external) : rows;
                rows = query.Source is { Length: > 0 } source
                    ? await OfSourceAsync(db, rows.Where(r => r.Item.Source == source), before, cancellation)
                    : (before is { } last ? rows.Where(r => r.Case.Id < last) : rows).OrderByDescending(r => r.Case.Id);
                var page = await rows.Take(size + 1).ToListAsync(cancellation);
                return PageCursor.Of(page, size, r => r.Case.Id, View);
            },
            cancellation);
    }

    /// <summary>
    /// Of a source in the order of its items, which an index holds: some sources are all there is, and some came in once,
    /// long ago.
    /// </summary>
    private static async Task<IQueryable<Row>> OfSourceAsync(StudioDbContext db, IQueryable<Row> rows, long? before, CancellationToken cancellation)
    {
        if (before is { } last)
        {
            var item = await db.Set<ReviewCase>().Where(c => c.Id == last).Select(c => c.ItemId).SingleOrDefaultAsync(cancellation);
            rows = rows.Where(r => r.Item.Id < item || (r.Item.Id == item && r.Case.Id < last));
        }

        return rows.OrderByDescending(r => r.Item.Id).ThenByDescending(r => r.Case.Id);
    }

    /// <summary>The newest cases of a state in all queues, read queue by queue.</summary>
    private static async Task<List<long>> LatestAsync(StudioDbContext db, CaseState state, long before, int count, CancellationToken cancellation)
    {
        var latest = new List<long>();
        foreach (var queue in await db.Set<ReviewQueue>().Select(q => q.Id).ToListAsync(cancellation))
        {
            latest.AddRange(await db.Set<ReviewCase>().Where(c => c.QueueId == queue && c.State == state && c.Id < before)
                .OrderByDescending(c => c.Id).Take(count).Select(c => c.Id).ToListAsync(cancellation));
        }

        return [.. latest.OrderDescending().Take(count)];
    }

    private static void Check(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
    }

    private static IQueryable<Row> Rows(StudioDbContext db) =>
        from reviewCase in db.Set<ReviewCase>()
        join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
        join policy in db.Set<Policy>() on reviewCase.PolicyId equals policy.Id
        join version in db.Set<PolicyVersion>() on reviewCase.PolicyVersionId equals version.Id
        join queue in db.Set<ReviewQueue>() on reviewCase.QueueId equals queue.Id
        join head in db.Set<Head>() on reviewCase.HeadId equals head.Id into heads
        from head in heads.DefaultIfEmpty()
        select new Row
        {
            Case = reviewCase,
            Item = item,
            Policy = policy.Key,
            Version = version.Number,
            Queue = queue.Key,
            Head = head,
            Verdicts = db.Set<Verdict>().Count(v => v.CaseId == reviewCase.Id && v.LabelKey != null && !db.Set<Verdict>().Any(later => later.SupersedesId == v.Id)),
        };

    private static CaseView View(Row row) => new(
        row.Case.PublicId, row.Item.PublicId, row.Item.Source, row.Item.ExternalId, row.Policy, row.Version, row.Queue, row.Case.State.ToString().ToLowerInvariant(), row.Case.LabelKey,
        row.Head?.Number,
        row.Head is { } head && row.Case.Probabilities is { } bytes
            ? HeadLabels.Keys(head).Zip(Inference.Probabilities.Read(bytes)).ToDictionary(p => p.First, p => (double)p.Second, StringComparer.Ordinal)
            : null,
        row.Case.Uncertainty, row.Verdicts, row.Case.ArrivedAt);

    private sealed class Row
    {
        public required ReviewCase Case { get; init; }

        public required Item Item { get; init; }

        public required string Policy { get; init; }

        public required int Version { get; init; }

        public required string Queue { get; init; }

        public required Head? Head { get; init; }

        public required int Verdicts { get; init; }
    }
}
