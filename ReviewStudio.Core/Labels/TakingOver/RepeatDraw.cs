using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.TakingOver;

/// <summary>The audit draw of a case that would take a label over before any head scored it (law 5).</summary>
internal static class RepeatDraw
{
    /// <param name="reviewCase">Tracked; its draw is not decided.</param>
    /// <returns>Whether it joined the audit sample: then its tasks are blind, and it takes nothing over.</returns>
    public static async Task<bool> DecideAsync(StudioDbContext db, TimeProvider clock, ReviewQueue queue, ReviewCase reviewCase, CancellationToken cancellation)
    {
        var ledger = await AuditLedger.OpenAsync(db, queue, clock.Instant(), cancellation);
        ledger.Decide(reviewCase, AuditSampling.Repeated);
        await db.SaveChangesAsync(cancellation);
        if (reviewCase.InAuditSample)
        {
            var (id, rank) = (reviewCase.Id, Ranks.ForTask(queue, reviewCase, TaskPurpose.Audit, reviewCase.Uncertainty, reviewCase.Severity));
            await db.Set<ReviewTask>().Where(t => t.CaseId == id && t.State == TaskState.Pending && t.Purpose == TaskPurpose.Review)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.Purpose, TaskPurpose.Audit).SetProperty(t => t.Rank, rank), cancellation);
        }

        return reviewCase.InAuditSample;
    }
}
