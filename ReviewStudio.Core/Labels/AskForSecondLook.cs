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
    public async Task ApplyAsync(StudioDbContext db, HeldCase held, Verdict verdict, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(verdict);
        var first = verdict is { LabelKey: not null, Purpose: TaskPurpose.Review or TaskPurpose.Audit };
        if (!first || !held.Queue.Plan.WantsSecondLook(held.Case.PublicId)
            || held.Tasks.Any(t => t.Purpose == TaskPurpose.SecondLook && t.State != TaskState.Cancelled))
        {
            return;
        }

        held.Add(db, new ReviewTask
        {
            CaseId = held.Case.Id,
            LaneId = await CaseLanes.ForReviewAsync(db, held.Queue, held.Case, cancellation),
            Purpose = TaskPurpose.SecondLook,
            Rank = Ranks.ForTask(held.Queue, held.Case, TaskPurpose.SecondLook, held.Case.Uncertainty, held.Case.Severity),
        });
    }
}
