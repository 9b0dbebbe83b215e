using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Adjudication;

/// <summary>
/// Takes a case to settle it, whether or not it waited for that: what a policy lead does who comes upon it in the figures.
/// </summary>
public sealed class TakeAdjudication(Database database, TimeProvider clock) : IUseCase
{
    /// <returns>The claim; the one that the actor holds already, with a new token, if so.</returns>
    /// <exception cref="RefusedException">
    /// <c>case.unknown</c>; <c>adjudication.own</c>: the actor judged the case; <c>adjudication.held</c>: somebody is at it;
    /// <c>adjudication.done</c>: it was settled; <c>adjudication.gold</c>: its answer is known.
    /// </exception>
    public Task<ClaimedTask> RunAsync(Guid caseId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.Moderator);
        return database.WriteAsync(db => TakeAsync(db, caseId, actor, cancellation), cancellation);
    }

    private async Task<ClaimedTask> TakeAsync(StudioDbContext db, Guid caseId, Actor actor, CancellationToken cancellation)
    {
        var reviewCase = await db.Set<ReviewCase>().SingleOrDefaultAsync(c => c.PublicId == caseId, cancellation)
            ?? throw new RefusedException("case.unknown", "There is no such case any more. Reload the page.");
        await db.HoldRowAsync<ReviewCase>(reviewCase.Id, cancellation);
        var queue = await db.Set<ReviewQueue>().AsNoTracking().SingleAsync(q => q.Id == reviewCase.QueueId, cancellation);
        await CheckMayAsync(db, queue, actor, cancellation);
        if (reviewCase.Gold)
        {
            throw new RefusedException("adjudication.gold", "The answer of this case is known: it is gold. Take it out of gold first if the answer is wrong.");
        }

        var tasks = await db.Set<ReviewTask>().Where(t => t.CaseId == reviewCase.Id && t.State != TaskState.Cancelled).ToListAsync(cancellation);
        var asked = tasks.SingleOrDefault(t => t.Purpose == TaskPurpose.Adjudication);
        if (tasks.Any(t => t.ReviewerId == actor.ReviewerId && t != asked))
        {
            throw new RefusedException("adjudication.own", "You have judged this case yourself, so somebody else has to settle it.");
        }

        if (asked is { State: TaskState.Done })
        {
            throw new RefusedException("adjudication.done", "This case has been settled already. Reload the page to see how.");
        }

        var now = clock.Instant();
        if (asked is { State: TaskState.Leased } && asked.ReviewerId != actor.ReviewerId && asked.LeasedUntil >= now)
        {
            throw new RefusedException("adjudication.held", "A colleague is settling this case at the moment. Look again in a few minutes.");
        }

        if (asked is null)
        {
            asked = new ReviewTask
            {
                CaseId = reviewCase.Id,
                LaneId = await CaseLanes.ForAdjudicationAsync(db, queue, reviewCase, cancellation),
                Purpose = TaskPurpose.Adjudication,
                Rank = Ranks.ForTask(queue, reviewCase, TaskPurpose.Adjudication, reviewCase.Uncertainty, reviewCase.Severity),
                Message = $"{actor.Name} took this case to settle it.",
            };
            db.Add(asked);
        }

        asked.State = TaskState.Leased;
        asked.ReviewerId = actor.ReviewerId;
        asked.ClaimedAt = now;
        asked.LeasedUntil = now.AddSeconds(queue.LeaseSeconds);
        asked.FencingToken++;
        asked.ClaimedHeadId = reviewCase.HeadId;
        asked.ClaimedProbabilities = reviewCase.Probabilities;
        db.Record(clock, actor, "adjudication.taken", "case", reviewCase.PublicId, null);
        await db.SaveChangesAsync(cancellation);
        return new ClaimedTask(asked.Id, reviewCase.Id, asked.FencingToken, asked.LeasedUntil.Value);
    }

    private static async Task CheckMayAsync(StudioDbContext db, ReviewQueue queue, Actor actor, CancellationToken cancellation)
    {
        var clearance = await db.Set<Reviewer>().Where(r => r.Id == actor.ReviewerId).Select(r => r.Clearance).SingleOrDefaultAsync(cancellation);
        var lead = actor.Is(Roles.PolicyLead) || actor.Is(Roles.Admin);
        if (clearance < queue.RequiredClearance || (!lead && (queue.Plan.AdjudicatorClearance == 0 || clearance < queue.Plan.AdjudicatorClearance)))
        {
            throw new ForbiddenException("In this queue policy leads settle cases, and reviewers of the clearance that its review plan names.");
        }
    }
}
