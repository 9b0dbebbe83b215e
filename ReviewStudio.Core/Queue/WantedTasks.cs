using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>A waiting case and how many verdicts on it count already.</summary>
public sealed record WaitingCase(ReviewCase Case, int Standing);

/// <summary>Sees to it that a waiting case has as many open tasks as its queue's review plan still wants.</summary>
public static class WantedTasks
{
    /// <summary>Adds what is missing, at least one open task a case, in the caller's write transaction.</summary>
    /// <returns>How many tasks were added.</returns>
    public static async Task<int> OpenAsync(StudioDbContext db, IReadOnlyCollection<WaitingCase> waiting, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(waiting);
        var caseIds = waiting.Select(w => w.Case.Id).ToList();
        var open = await db.Set<ReviewTask>()
            .Where(t => caseIds.Contains(t.CaseId) && (t.State == TaskState.Pending || t.State == TaskState.Leased))
            .Where(t => t.Purpose == TaskPurpose.Review || t.Purpose == TaskPurpose.Audit || t.Purpose == TaskPurpose.SecondLook)
            .GroupBy(t => t.CaseId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var itemIds = waiting.Select(w => w.Case.ItemId).ToList();
        var items = await db.Set<Item>().Where(i => itemIds.Contains(i.Id))
            .Select(i => new { i.Id, i.Language, i.Modality, i.Source }).ToDictionaryAsync(i => i.Id, cancellation);
        var queueIds = waiting.Select(w => w.Case.QueueId).Distinct().ToList();
        var queues = await db.Set<ReviewQueue>().AsNoTracking().Where(q => queueIds.Contains(q.Id)).ToDictionaryAsync(q => q.Id, cancellation);
        var lanes = new Dictionary<LaneKey, long>();
        var added = 0;
        foreach (var (reviewCase, standing) in waiting)
        {
            var queue = queues[reviewCase.QueueId];
            var missing = Math.Max(1, queue.Plan.WantedFor(reviewCase.PublicId) - standing) - open.GetValueOrDefault(reviewCase.Id);
            if (missing <= 0)
            {
                continue;
            }

            var item = items[reviewCase.ItemId];
            var key = new LaneKey(queue.Id, item.Language, item.Modality, item.Source, queue.RequiredClearance, LaneAudience.Reviewers);
            if (!lanes.TryGetValue(key, out var laneId))
            {
                lanes[key] = laneId = await LaneBook.OpenAsync(db, key, cancellation);
            }

            var purpose = reviewCase.InAuditSample ? TaskPurpose.Audit : TaskPurpose.Review;
            var rank = Ranks.ForTask(queue, reviewCase, purpose, reviewCase.Uncertainty, reviewCase.Severity);
            for (var i = 0; i < missing; i++)
            {
                db.Add(new ReviewTask { CaseId = reviewCase.Id, LaneId = laneId, Purpose = purpose, Rank = rank });
            }

            added += missing;
        }

        await db.SaveChangesAsync(cancellation);
        return added;
    }
}
