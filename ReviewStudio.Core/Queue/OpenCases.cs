using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Queue.Copies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>
/// Opens a case for each item that comes in, with the tasks that the queue's review plan wants. Where no head serves
/// yet, the audit draw is decided here; otherwise when the case is first scored, as π depends on the score. An item of the
/// frozen set gets a case and no task.
/// </summary>
public sealed class OpenCases(TimeProvider clock) : IItemIntake, IUseCase
{
    /// <inheritdoc />
    public int Order => 10;

    /// <inheritdoc />
    public async Task AcceptAsync(StudioDbContext db, IntakeContext context, IReadOnlyList<IncomingItem> items, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(items);
        var queue = await db.Set<ReviewQueue>().AsNoTracking().SingleAsync(q => q.Id == context.QueueId, cancellation);
        var versionId = await PolicyBook.InForceIdAsync(db, queue.PolicyId, cancellation)
            ?? throw new RefusedException("policy.unpublished", $"The policy of queue '{queue.Name}' has no published version. Publish one, then import again.");
        var champion = await db.Set<Head>().AsNoTracking().SingleOrDefaultAsync(h => h.PolicyId == queue.PolicyId && h.State == HeadState.Champion, cancellation);
        bool Scored(Item item) => champion is not null && (champion.ReadsParts || Item.HasText(item.Modality));
        var now = clock.Instant();

        // A head that reads text may never score what has none, so its draw is not put off either.
        var ledger = items.All(i => Scored(i.Item)) ? null : await AuditLedger.OpenAsync(db, queue, now, cancellation);

        var cases = new List<(ReviewCase Case, Item Item, LabelUse Use)>(items.Count);
        foreach (var incoming in items)
        {
            var reviewCase = new ReviewCase
            {
                ItemId = incoming.Item.Id,
                PolicyId = queue.PolicyId,
                PolicyVersionId = versionId,
                QueueId = queue.Id,
                ArrivedAt = now,
                Stratum = "",
                UnscoredSince = now,
            };
            reviewCase.AuditDraw = AuditSampling.Draw(reviewCase.PublicId);
            var use = incoming.UseIn(context);
            if (use != LabelUse.Ignore)
            {
                // Not traffic: what is known already neither joins the audit sample nor uses up its budget.
                reviewCase.Stratum = AuditSampling.Imported;
                reviewCase.UnscoredSince = use == LabelUse.Gold ? now : null;
            }
            else if (!Scored(incoming.Item))
            {
                ledger!.Decide(reviewCase, AuditSampling.Unscored);
            }

            cases.Add((reviewCase, incoming.Item, use));
        }

        await CopyNumbers.AssignAsync(db, cases.ConvertAll(c => (c.Case, c.Item)), cancellation);
        await db.InsertAsync(cases.ConvertAll(c => c.Case), cancellation);
        var tasks = new List<ReviewTask>(cases.Count);
        var lanes = new Dictionary<LaneKey, long>();
        foreach (var (reviewCase, item, use) in cases)
        {
            if (use == LabelUse.Frozen)
            {
                continue;
            }

            var key = new LaneKey(queue.Id, item.Language, item.Modality, item.Source, queue.RequiredClearance, LaneAudience.Reviewers);
            if (!lanes.TryGetValue(key, out var laneId))
            {
                lanes[key] = laneId = await LaneBook.OpenAsync(db, key, cancellation);
            }

            AddTasks(tasks, queue, reviewCase, laneId);
        }

        await db.InsertAsync(tasks, cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Adds the k tasks of a case; in the audit sample they are blind.</summary>
    internal static void AddTasks(List<ReviewTask> tasks, ReviewQueue queue, ReviewCase reviewCase, long laneId)
    {
        var purpose = reviewCase.InAuditSample ? TaskPurpose.Audit : TaskPurpose.Review;
        var rank = Ranks.ForTask(queue, reviewCase, purpose, reviewCase.Uncertainty, reviewCase.Severity);
        for (var i = queue.Plan.WantedFor(reviewCase.PublicId); i > 0; i--)
        {
            tasks.Add(new ReviewTask { CaseId = reviewCase.Id, LaneId = laneId, Purpose = purpose, Rank = rank });
        }
    }
}
