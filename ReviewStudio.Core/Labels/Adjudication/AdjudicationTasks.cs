using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Labels.Errors;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Adjudication;

/// <summary>The one adjudication that a case may ask for at a time.</summary>
internal static class AdjudicationTasks
{
    /// <summary>Asks for it, unless it is asked for or given already.</summary>
    /// <param name="because">Why, for the adjudicator.</param>
    /// <returns>The task, when the case now waits for one that it did not wait for before.</returns>
    public static async Task<ReviewTask?> AskAsync(
        StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, string because, CancellationToken cancellation)
    {
        if (await db.Set<ReviewTask>().AnyAsync(
            t => t.CaseId == reviewCase.Id && t.Purpose == TaskPurpose.Adjudication && t.State != TaskState.Cancelled, cancellation))
        {
            return null;
        }

        var task = new ReviewTask
        {
            CaseId = reviewCase.Id,
            LaneId = await CaseLanes.ForAdjudicationAsync(db, queue, reviewCase, cancellation),
            Purpose = TaskPurpose.Adjudication,
            Rank = Ranks.ForTask(queue, reviewCase, TaskPurpose.Adjudication, reviewCase.Uncertainty, reviewCase.Severity),
            Message = because,
        };
        db.Add(task);
        await db.SaveChangesAsync(cancellation);
        return task;
    }

    /// <summary>Calls it off where nobody has begun it; another look at a suspect label stays.</summary>
    public static Task<int> CancelAsync(StudioDbContext db, ReviewCase reviewCase, CancellationToken cancellation) =>
        db.Set<ReviewTask>()
            .Where(t => t.CaseId == reviewCase.Id && t.Purpose == TaskPurpose.Adjudication && t.State == TaskState.Pending
                && !db.Set<LabelSuspect>().Any(s => s.TaskId == t.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Cancelled), cancellation);
}
