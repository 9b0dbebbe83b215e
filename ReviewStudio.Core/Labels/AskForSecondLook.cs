using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>
/// After the only verdict that a case wants, a share of cases asks another reviewer as well, blind. The label stands until
/// then; if the second verdict differs, the leads adjudicate.
/// </summary>
public sealed class AskForSecondLook : IVerdictEffect, IUseCase
{
    /// <inheritdoc />
    public async Task ApplyAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, Verdict verdict, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(reviewCase);
        ArgumentNullException.ThrowIfNull(verdict);
        var first = verdict is { LabelKey: not null, Purpose: TaskPurpose.Review or TaskPurpose.Audit };
        if (!first || !queue.Plan.WantsSecondLook(reviewCase.PublicId)
            || await db.Set<ReviewTask>().AnyAsync(
                t => t.CaseId == reviewCase.Id && t.Purpose == TaskPurpose.SecondLook && t.State != TaskState.Cancelled, cancellation))
        {
            return;
        }

        db.Add(new ReviewTask
        {
            CaseId = reviewCase.Id,
            LaneId = await CaseLanes.ForReviewAsync(db, queue, reviewCase, cancellation),
            Purpose = TaskPurpose.SecondLook,
            Rank = Ranks.ForTask(queue, reviewCase, TaskPurpose.SecondLook, reviewCase.Uncertainty, reviewCase.Severity),
        });
        await db.SaveChangesAsync(cancellation);
    }
}
