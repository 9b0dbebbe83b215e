using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>
/// Adds verdicts up by queue and day as they come in. It keeps a minute behind: by then whatever has a smaller key is
/// committed as well. Pages count the rest themselves.
/// </summary>
public sealed class CountVerdicts(Database database, TimeProvider clock) : IUseCase
{
    /// <summary>The tally that holds the key up to which verdicts were added.</summary>
    internal const string Cursor = "verdicts:added";

    private const int Page = 20_000;

    private static readonly TimeSpan Behind = TimeSpan.FromMinutes(1);

    internal static string Given(long queueId, DateTime day) => FormattableString.Invariant($"queue:{queueId}:verdicts:{day:yyyy-MM-dd}");

    /// <returns>Verdicts added.</returns>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        for (long total = 0; ;)
        {
            var added = await database.WriteAsync(db => AddAsync(db, cancellation), cancellation);
            total += added;
            if (added < Page)
            {
                return total;
            }
        }
    }

    private async Task<int> AddAsync(StudioDbContext db, CancellationToken cancellation)
    {
        await db.LockAsync("verdict-tallies", LockKind.Exclusive, cancellation);
        var now = clock.Instant();
        var cursor = await db.Set<Tally>().Where(t => t.Name == Cursor).Select(t => t.Count).SingleOrDefaultAsync(cancellation);

        // Cut first and joined then, or a planner that does not know the cursor prepares for joining all there are.
        var rows = await (
            from verdict in db.Set<Verdict>().Where(v => v.Id > cursor).OrderBy(v => v.Id).Take(Page)
            join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
            orderby verdict.Id
            select new { verdict.Id, verdict.CreatedAt, Counts = verdict.LabelKey != null, reviewCase.QueueId }).ToListAsync(cancellation);
        var settled = rows.TakeWhile(r => r.CreatedAt <= now - Behind).ToList();
        if (settled.Count == 0)
        {
            return 0;
        }

        // Nobody asks for the days before.
        var counts = settled.Where(r => r.Counts && r.CreatedAt >= now.Date.AddDays(-1)).GroupBy(r => Given(r.QueueId, r.CreatedAt.Date), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.LongCount(), StringComparer.Ordinal);
        await Tallies.KeepAsync(db, counts, add: true, now, cancellation);
        await Tallies.KeepAsync(db, new Dictionary<string, long>(StringComparer.Ordinal) { [Cursor] = settled[^1].Id }, add: false, now, cancellation);
        return settled.Count;
    }
}
