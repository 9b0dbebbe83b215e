using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.TakingOver;

/// <summary>
/// Where the queue's plan says so, an item whose content was judged before takes that label over as it comes in. The
/// audit draw comes first, and what is drawn for audit, second look or overlap is judged by people as ever.
/// </summary>
public sealed class TakeOverAtIntake(TimeProvider clock) : IItemIntake, IUseCase
{
    private const int Chunk = 500;

    /// <inheritdoc />
    public int Order => 30;

    /// <inheritdoc />
    public async Task AcceptAsync(StudioDbContext db, IntakeContext context, IReadOnlyList<IncomingItem> items, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(items);
        var queue = await db.Set<ReviewQueue>().AsNoTracking().SingleAsync(q => q.Id == context.QueueId, cancellation);
        if (!queue.Plan.TakeOverDuplicates)
        {
            return;
        }

        foreach (var part in items.Where(i => i.UseIn(context) == LabelUse.Ignore).Select(i => i.Item.Id).Chunk(Chunk))
        {
            var cases = await db.Set<ReviewCase>().Where(c => c.PolicyId == queue.PolicyId && part.Contains(c.ItemId)).OrderBy(c => c.Id).ToListAsync(cancellation);
            await TakeAsync(db, context.Actor, queue, cases, cancellation);
        }
    }

    /// <summary>Draws that say that people judge the case are kept.</summary>
    internal static bool MayTake(ReviewQueue queue, ReviewCase reviewCase) =>
        !reviewCase.InAuditSample && !queue.Plan.InOverlap(reviewCase.PublicId) && !queue.Plan.WantsSecondLook(reviewCase.PublicId);

    /// <summary>Lets those among new cases that may take a label over do so, in the caller's write transaction.</summary>
    /// <param name="arrived">Tracked.</param>
    internal async Task TakeAsync(StudioDbContext db, Actor actor, ReviewQueue queue, IEnumerable<ReviewCase> arrived, CancellationToken cancellation)
    {
        var cases = arrived.Where(c => c is { State: CaseState.Open, ContentPrint: not null } && MayTake(queue, c)).ToList();
        if (cases.Count == 0)
        {
            return;
        }

        var sources = await TakenOver.SourcesAsync(db, queue.PolicyId, cases, cancellation);
        foreach (var group in cases.Where(c => sources.ContainsKey(c.ContentPrint!.Value)).GroupBy(c => c.ContentPrint!.Value).ToList())
        {
            var source = sources[group.Key];
            var taking = new List<ReviewCase>();
            foreach (var reviewCase in group.Where(c => c.PolicyVersionId == source.Case.PolicyVersionId))
            {
                if (await TakenOver.SameAsync(db, source.Case, reviewCase, cancellation) && !await DrawnAsync(db, queue, reviewCase, cancellation))
                {
                    taking.Add(reviewCase);
                }
            }

            var ids = taking.ConvertAll(c => c.Id);
            await db.Set<ReviewTask>().Where(t => ids.Contains(t.CaseId) && t.State == TaskState.Pending)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Cancelled), cancellation);
            await TakenOver.GiveAsync(db, clock, actor, queue, source, taking, null, cancellation);
        }
    }

    /// <summary>A draw that was put off to the first score is decided now: there will be none.</summary>
    private async Task<bool> DrawnAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, CancellationToken cancellation) =>
        reviewCase.Stratum.Length == 0 && await RepeatDraw.DecideAsync(db, clock, queue, reviewCase, cancellation);
}
