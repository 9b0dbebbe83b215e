using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>
/// Keeps labels that come along with an import: as known answers that measure reviewers, or as verdicts of past
/// reviewers, which are labels at once. No message leaves the house for a verdict that was given elsewhere.
/// </summary>
public sealed class KeepImportedLabels(TimeProvider clock) : IItemIntake, IUseCase
{
    /// <summary>The rank reason of verdicts that came with an import.</summary>
    public const string Reason = "imported";

    /// <inheritdoc />
    public int Order => 20;

    /// <inheritdoc />
    public async Task AcceptAsync(StudioDbContext db, IntakeContext context, IReadOnlyList<IncomingItem> items, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(items);
        var known = items.Where(i => i.UseIn(context) is LabelUse.Gold or LabelUse.Verdict).ToDictionary(i => i.Item.Id);
        if (known.Count == 0)
        {
            return;
        }

        var itemIds = known.Keys.ToList();
        var cases = await db.Set<ReviewCase>().Where(c => c.QueueId == context.QueueId && itemIds.Contains(c.ItemId)).OrderBy(c => c.Id).ToListAsync(cancellation);
        var caseIds = cases.ConvertAll(c => c.Id);
        var tasks = (await db.Set<ReviewTask>().Where(t => caseIds.Contains(t.CaseId) && t.State == TaskState.Pending).OrderBy(t => t.Id).ToListAsync(cancellation))
            .ToLookup(t => t.CaseId);
        var reviewers = await PastReviewers.FindAsync(db, clock, known.Values.Where(i => i.UseIn(context) == LabelUse.Verdict).Select(i => Name(i, context)), cancellation);
        var settled = new List<(ReviewCase Case, Verdict Verdict)>();
        var gold = new List<(ReviewCase Case, string Label)>();
        foreach (var reviewCase in cases)
        {
            var item = known[reviewCase.ItemId];
            if (item.UseIn(context) == LabelUse.Gold)
            {
                db.Add(new GoldAnswer { CaseId = reviewCase.Id, LabelKey = item.Label!, Origin = "import", CreatedAt = clock.Instant() });
                gold.Add((reviewCase, item.Label!));
            }
            else
            {
                settled.Add((reviewCase, Settle(db, reviewCase, item.Label!, reviewers[Name(item, context)], tasks[reviewCase.Id])));
            }
        }

        await GoldLabels.SettleAsync(db, clock, gold, cancellation);
        await db.SaveChangesAsync(cancellation);
        if (settled.Count > 0)
        {
            await LabelWatermark.AnnounceAsync(db, settled[0].Case.PolicyId, cancellation);
        }

        db.AddRange(settled.Select(s => Example(s.Case, s.Verdict)));
        if (settled.Count > 0)
        {
            var queueId = await db.Set<ReviewQueue>().Where(q => q.Id == context.QueueId).Select(q => q.PublicId).SingleAsync(cancellation);
            db.Record(clock, context.Actor, "verdicts.imported", "queue", queueId, new { count = settled.Count, reviewers = reviewers.Keys.Order(StringComparer.Ordinal) });
        }

        await db.SaveChangesAsync(cancellation);
    }

    private static string Name(IncomingItem item, IntakeContext context) =>
        item.Reviewer ?? (context.PastReviewer.Length > 0 ? context.PastReviewer : throw new ArgumentException("A verdict needs a past reviewer.", nameof(context)));

    private Verdict Settle(StudioDbContext db, ReviewCase reviewCase, string label, long reviewerId, IEnumerable<ReviewTask> tasks)
    {
        var now = clock.Instant();
        ReviewTask? done = null;
        foreach (var task in tasks)
        {
            task.State = done is null ? TaskState.Done : TaskState.Cancelled;
            done ??= task;
        }

        if (done is null)
        {
            throw new InvalidOperationException($"Case {reviewCase.Id} came in without a task.");
        }

        done.Purpose = TaskPurpose.Review;
        done.ReviewerId = reviewerId;
        done.ClaimedAt = now;
        done.FencingToken = 1;
        reviewCase.State = CaseState.Labelled;
        reviewCase.LabelKey = label;
        var verdict = new Verdict
        {
            TaskId = done.Id,
            CaseId = reviewCase.Id,
            ReviewerId = reviewerId,
            LabelKey = label,
            FencingToken = done.FencingToken,
            PolicyVersionId = reviewCase.PolicyVersionId,
            RankReason = Reason,
            Purpose = TaskPurpose.Review,
            Stratum = reviewCase.Stratum,
            CreatedAt = now,
        };
        db.Add(verdict);
        return verdict;
    }

    private LabelledExample Example(ReviewCase reviewCase, Verdict verdict) => new()
    {
        CaseId = reviewCase.Id,
        PolicyId = reviewCase.PolicyId,
        PolicyVersionId = reviewCase.PolicyVersionId,
        LabelKey = verdict.LabelKey,
        Confidence = 1,
        SoftLabelJson = JsonSerializer.Serialize(new Dictionary<string, double>(StringComparer.Ordinal) { [verdict.LabelKey!] = 1 }),
        Method = "single",
        Reviewers = 1,
        VerdictId = verdict.Id,
        CreatedAt = clock.Instant(),
    };
}
