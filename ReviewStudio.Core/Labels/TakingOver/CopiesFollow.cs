using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.TakingOver;

/// <summary>
/// After a verdict, in its transaction: waiting copies of the case take its label over, where the plan says so, and those
/// that did before follow a label that changed. An undone verdict opens them again. Runs after the consensus is known.
/// </summary>
public sealed class CopiesFollow(TimeProvider clock) : IVerdictEffect, IUseCase
{
    // A verdict must stay quick; what is left over takes the label when the next copy comes in or is judged.
    private const int AtOnce = 200;

    /// <inheritdoc />
    public async Task ApplyAsync(StudioDbContext db, HeldCase held, Verdict verdict, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(verdict);
        var (reviewCase, queue) = (held.Case, held.Queue);
        if (verdict.Purpose == TaskPurpose.Gold || !(reviewCase.Followed || queue.Plan.TakeOverDuplicates))
        {
            return;
        }

        // What the verdict made of the label is read back with its key.
        await db.SaveChangesAsync(cancellation);
        var example = (await TakenOver.LatestAsync(db, [reviewCase.Id], cancellation)).GetValueOrDefault(reviewCase.Id);
        if (example is null or { FromCaseId: not null })
        {
            return;
        }

        if (reviewCase.Followed)
        {
            await FollowAsync(db, queue, new CaseLabel(reviewCase, example), verdict, cancellation);
        }

        if (queue.Plan.TakeOverDuplicates && reviewCase is { State: CaseState.Labelled, LabelKey: not null, ContentPrint: not null, Frozen: false })
        {
            await TakeAsync(db, queue, new CaseLabel(reviewCase, example), verdict, cancellation);
        }
    }

    private async Task FollowAsync(StudioDbContext db, ReviewQueue queue, CaseLabel source, Verdict verdict, CancellationToken cancellation)
    {
        var followers = await (
            from follower in db.Set<ReviewCase>()
            where db.Set<LabelledExample>().Any(e => e.FromCaseId == source.Case.Id && e.CaseId == follower.Id && e.LabelKey != null
                && !db.Set<LabelledExample>().Any(later => later.CaseId == e.CaseId && later.Id > e.Id))
            orderby follower.Id
            select follower).ToListAsync(cancellation);
        if (source.Case.LabelKey is null)
        {
            await TakenOver.WithdrawAsync(db, clock, followers, source.Case.Id, cancellation);
        }
        else
        {
            await TakenOver.GiveAsync(db, clock, Actor.System, queue, source, followers.FindAll(f => f.LabelKey != source.Case.LabelKey && f.PolicyVersionId == source.Case.PolicyVersionId), verdict.PublicId, cancellation);
        }
    }

    private async Task TakeAsync(StudioDbContext db, ReviewQueue queue, CaseLabel source, Verdict verdict, CancellationToken cancellation)
    {
        var waiting = await db.Set<ReviewCase>()
            .Where(c => c.PolicyId == source.Case.PolicyId && c.LikePrint == source.Case.LikePrint && c.ContentPrint == source.Case.ContentPrint && c.Id != source.Case.Id
                && c.QueueId == queue.Id && c.State == CaseState.Open && !c.InAuditSample && !c.Gold && !c.Frozen && c.PolicyVersionId == source.Case.PolicyVersionId)
            .OrderBy(c => c.LikeOrdinal).Take(AtOnce).ToListAsync(cancellation);
        waiting.RemoveAll(c => !TakeOverAtIntake.MayTake(queue, c));
        if (waiting.Count == 0)
        {
            return;
        }

        // A case that people labelled once, or that somebody wants judged, is no copy that merely waits.
        var history = await TakenOver.LatestAsync(db, waiting.ConvertAll(c => c.Id), cancellation);
        waiting.RemoveAll(c => history.GetValueOrDefault(c.Id) is { FromCaseId: null });
        var taking = new List<ReviewCase>();
        foreach (var reviewCase in waiting)
        {
            if (await TakenOver.SameAsync(db, source.Case, reviewCase, cancellation) && await CallOffAsync(db, queue, reviewCase, cancellation))
            {
                taking.Add(reviewCase);
            }
        }

        await TakenOver.GiveAsync(db, clock, Actor.System, queue, source, taking, verdict.PublicId, cancellation);
    }

    /// <summary>Calls the review of a case off, unless it is drawn for audit or somebody is at it.</summary>
    private async Task<bool> CallOffAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, CancellationToken cancellation)
    {
        if (reviewCase.Stratum.Length == 0 && await RepeatDraw.DecideAsync(db, clock, queue, reviewCase, cancellation))
        {
            return false;
        }

        // First the update, which waits for a claim under way, then the look at what is left.
        await db.Set<ReviewTask>().Where(t => t.CaseId == reviewCase.Id && t.State == TaskState.Pending && t.Purpose == TaskPurpose.Review)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Cancelled), cancellation);
        if (!await db.Set<ReviewTask>().AnyAsync(t => t.CaseId == reviewCase.Id && t.State != TaskState.Cancelled, cancellation))
        {
            return true;
        }

        var judged = await db.Set<ReviewTask>().CountAsync(t => t.CaseId == reviewCase.Id && t.State == TaskState.Done && t.Purpose != TaskPurpose.Gold, cancellation);
        await WantedTasks.OpenAsync(db, [new WaitingCase(reviewCase, judged)], cancellation);
        return false;
    }
}
