using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>
/// Takes a verdict back within its undo window: a verdict without a label supersedes it, what would have left the house
/// is cancelled, and the task is with the reviewer again.
/// </summary>
public sealed class UndoVerdict(Database database, TimeProvider clock, HoldCase hold, IEnumerable<IVerdictEffect> effects) : IUseCase
{
    /// <param name="verdictId">The verdict to take back.</param>
    /// <param name="withdrawalId">Chosen by the client and kept over retries.</param>
    /// <returns>The claim on the reopened task.</returns>
    /// <exception cref="RefusedException"><c>undo.late</c> or <c>undo.unknown</c>.</exception>
    public Task<ClaimedTask> RunAsync(Guid verdictId, Guid withdrawalId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return database.WriteAgainAsync(db => UndoAsync(db, verdictId, withdrawalId, actor, cancellation), cancellation);
    }

    private async Task<ClaimedTask> UndoAsync(StudioDbContext db, Guid verdictId, Guid withdrawalId, Actor actor, CancellationToken cancellation)
    {
        var verdict = await db.Set<Verdict>().AsNoTracking()
            .SingleOrDefaultAsync(v => v.PublicId == verdictId && v.ReviewerId == actor.ReviewerId, cancellation)
            ?? throw new RefusedException("undo.unknown", "You have given no such verdict, so there is nothing to undo.");
        var held = await hold.RunAsync(db, verdict.TaskId, actor.ReviewerId, withdrawalId, cancellation)
            ?? throw new InvalidOperationException($"Verdict {verdict.Id} has no task.");
        var (task, reviewCase, queue) = (held.Task, held.Case, held.Queue);
        if (held.Earlier is not null)
        {
            return Claimed(task);
        }

        var now = clock.Instant();
        var superseded = held.Verdicts.Exists(v => v.SupersedesId == verdict.Id);
        if (superseded || task.State != TaskState.Done || now > verdict.CreatedAt.AddSeconds(queue.UndoSeconds))
        {
            throw new RefusedException(
                "undo.late", $"The {queue.UndoSeconds} seconds for undoing have passed and the verdict has taken effect. Ask your policy lead to have the case looked at again.");
        }

        var withdrawal = new Verdict
        {
            PublicId = withdrawalId,
            TaskId = task.Id,
            CaseId = verdict.CaseId,
            ReviewerId = actor.ReviewerId,
            LabelKey = null,
            FencingToken = task.FencingToken,
            PolicyVersionId = verdict.PolicyVersionId,
            HeadId = verdict.HeadId,
            Probabilities = verdict.Probabilities,
            RankReason = verdict.RankReason,
            Purpose = verdict.Purpose,
            Stratum = verdict.Stratum,
            SamplingProbability = verdict.SamplingProbability,
            InAuditSample = verdict.InAuditSample,
            PredictionShown = verdict.PredictionShown,
            SupersedesId = verdict.Id,
            CreatedAt = now,
        };
        await held.AddAsync(db, withdrawal, cancellation);
        task.State = TaskState.Leased;
        task.LeasedUntil = now.AddSeconds(queue.LeaseSeconds);
        task.FencingToken++;
        await db.Set<OutboxMessage>().Where(m => m.SubjectId == verdict.PublicId && m.SentAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.CancelledAt, now), cancellation);
        foreach (var effect in effects)
        {
            await effect.ApplyAsync(db, held, withdrawal, cancellation);
        }

        db.Record(clock, actor, "verdict.undone", "case", reviewCase.PublicId, new { verdict = verdict.PublicId });
        await db.SaveChangesAsync(cancellation);
        return Claimed(task);
    }

    private static ClaimedTask Claimed(ReviewTask task) =>
        new(task.Id, task.CaseId, task.FencingToken, task.LeasedUntil ?? DateTime.MinValue);
}
