using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>Gives a claim back without a verdict: as it was, skipped, handed to a colleague, or raised to the leads.</summary>
public sealed class PutBackTask(Database database, TimeProvider clock) : IUseCase
{
    /// <summary>Back in line, for anybody, the holder too.</summary>
    public Task ReleaseAsync(TaskClaim claim, Actor actor, CancellationToken cancellation) =>
        RunAsync(claim, actor, "task.released", null, (_, task) => Task.FromResult(task.LaneId), cancellation);

    /// <summary>Back in line for the others; the holder is not offered the case again.</summary>
    /// <param name="reason">Why, in the reviewer's words; not empty.</param>
    public Task SkipAsync(TaskClaim claim, string reason, Actor actor, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException("skip.reason", "Say why you skip this task, so that the next reviewer and the policy lead can learn from it.");
        }

        return RunAsync(
            claim,
            actor,
            "task.skipped",
            reason,
            (db, task) =>
            {
                db.Add(new TaskSkip { CaseId = task.CaseId, ReviewerId = actor.ReviewerId, Reason = reason, At = clock.Instant() });
                return Task.FromResult(task.LaneId);
            },
            cancellation);
    }

    /// <summary>To one colleague, before everything else in that person's queue.</summary>
    /// <exception cref="RefusedException">There is no such active colleague, or the colleague has had the case.</exception>
    public Task HandOverAsync(TaskClaim claim, long toReviewerId, string message, Actor actor, CancellationToken cancellation) => RunAsync(
        claim,
        actor,
        "task.handed-over",
        message,
        async (db, task) =>
        {
            var lane = await LaneOfAsync(db, task, cancellation);
            var colleague = await db.Set<Reviewer>().SingleOrDefaultAsync(r => r.Id == toReviewerId && r.Active, cancellation)
                ?? throw new RefusedException("handover.nobody", "That colleague has no active account. Choose somebody else.");
            if (colleague.Clearance < lane.Clearance)
            {
                throw new RefusedException("handover.clearance", $"{colleague.DisplayName} is not cleared for this content. Choose somebody else, or escalate.");
            }

            var had = await db.Set<ReviewTask>().AnyAsync(t => t.CaseId == task.CaseId && t.ReviewerId == toReviewerId, cancellation)
                || await db.Set<TaskSkip>().AnyAsync(s => s.CaseId == task.CaseId && s.ReviewerId == toReviewerId, cancellation);
            if (had)
            {
                throw new RefusedException("handover.had", $"{colleague.DisplayName} has already had this case. Choose somebody else, or escalate.");
            }

            // The one who hands on has had it too, and is not offered it again.
            db.Add(new TaskSkip { CaseId = task.CaseId, ReviewerId = actor.ReviewerId, Reason = "handed over", At = clock.Instant() });
            task.Message = message;
            return await LaneBook.OpenAsync(db, Key(lane) with { Audience = LaneAudience.Personal, OwnerId = toReviewerId }, cancellation);
        },
        cancellation);

    /// <summary>Up to the policy leads.</summary>
    public Task EscalateAsync(TaskClaim claim, string message, Actor actor, CancellationToken cancellation) => RunAsync(
        claim,
        actor,
        "task.escalated",
        message,
        async (db, task) =>
        {
            var lane = await LaneOfAsync(db, task, cancellation);
            await db.Set<ReviewCase>().Where(c => c.Id == task.CaseId && !c.Gold)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CaseState.Escalated), cancellation);
            task.Message = message;
            return await LaneBook.OpenAsync(db, Key(lane) with { Audience = LaneAudience.Leads, OwnerId = 0 }, cancellation);
        },
        cancellation);

    private Task RunAsync(
        TaskClaim claim, Actor actor, string action, string? words, Func<StudioDbContext, ReviewTask, Task<long>> place, CancellationToken cancellation) =>
        database.WriteAsync(
            async db =>
            {
                await db.HoldRowAsync<ReviewTask>(claim.TaskId, cancellation);
                var task = await HeldTask.LoadAsync(db, claim, actor, cancellation);
                HeldTask.Requeue(task, await place(db, task));
                db.Record(clock, actor, action, "task", task.PublicId, words is null ? null : new { words });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);

    private static Task<Lane> LaneOfAsync(StudioDbContext db, ReviewTask task, CancellationToken cancellation) =>
        db.Set<Lane>().AsNoTracking().SingleAsync(l => l.Id == task.LaneId, cancellation);

    private static LaneKey Key(Lane lane) =>
        new(lane.QueueId, lane.Language, lane.Modality, lane.Source, lane.Clearance, lane.Audience, lane.OwnerId);
}
