using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>Counts recent verdicts by queue: one index range a reviewer, whatever the length of the history.</summary>
public sealed class QueueActivity : IQueueActivity, IUseCase
{
    /// <inheritdoc />
    public async Task<Dictionary<long, int>> VerdictsSinceAsync(StudioDbContext db, DateTime since, CancellationToken cancellation)
    {
        var tallies = await Tallies.ReadAsync(db, cancellation);
        if (!tallies.TryGetValue(CountVerdicts.Cursor, out var added))
        {
            return await CountAsync(db, since, cancellation);
        }

        // What was not added up yet is a minute's work.
        var counts = await (
            from verdict in db.Set<Verdict>()
            where verdict.Id > added.Count && verdict.CreatedAt >= since && verdict.LabelKey != null
            join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
            group verdict by reviewCase.QueueId into byQueue
            select new { byQueue.Key, Count = byQueue.Count() }).ToDictionaryAsync(q => q.Key, q => q.Count, cancellation);
        foreach (var queueId in await db.Set<ReviewQueue>().Select(q => q.Id).ToListAsync(cancellation))
        {
            if (tallies.TryGetValue(CountVerdicts.Given(queueId, since.Date), out var day))
            {
                counts[queueId] = counts.GetValueOrDefault(queueId) + (int)day.Count;
            }
        }

        return counts;
    }

    private static async Task<Dictionary<long, int>> CountAsync(StudioDbContext db, DateTime since, CancellationToken cancellation)
    {
        // As a list, not as a join: a planner without statistics would walk all verdicts and look each reviewer up.
        var reviewers = await db.Set<Reviewer>().Select(r => r.Id).ToListAsync(cancellation);
        return await (
            from verdict in db.Set<Verdict>()
            where reviewers.Contains(verdict.ReviewerId) && verdict.CreatedAt >= since && verdict.LabelKey != null
            join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
            group verdict by reviewCase.QueueId into byQueue
            select new { byQueue.Key, Count = byQueue.Count() }).ToDictionaryAsync(q => q.Key, q => q.Count, cancellation);
    }
}
