using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;

namespace ReviewStudio.Core.Labels;

/// <summary>
/// Takes stored labels and gold answers along when a policy version is published, a bounded number of cases at a time,
/// all in the publishing transaction.
/// </summary>
public sealed class LabelsFollowPolicy(LabelCarrier carrier, TimeProvider clock) : IPolicyPublished, IUseCase
{
    private const int Chunk = 500;

    /// <inheritdoc />
    public int Order => 20;

    /// <inheritdoc />
    public async Task FollowAsync(StudioDbContext db, PolicyPublication publication, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(publication);
        var heard = await WebhookInterest.AnyAsync(db, OutboxTopics.ConsensusChanged, cancellation);
        foreach (var key in publication.Map.Changed)
        {
            await CarryLabelsAsync(db, publication, key, heard, cancellation);
        }

        await CarryGoldAsync(db, publication, cancellation);
        await ReopenHalfJudgedAsync(db, publication, cancellation);
    }

    private async Task CarryLabelsAsync(StudioDbContext db, PolicyPublication publication, string key, bool heard, CancellationToken cancellation)
    {
        for (long last = 0; ;)
        {
            // A case that this publication has carried into this very key already has a row of the new version.
            var cases = await db.Set<ReviewCase>()
                .Where(c => c.PolicyId == publication.PolicyId && c.LabelKey == key && c.Id > last)
                .Where(c => !db.Set<LabelledExample>().Any(e => e.CaseId == c.Id && e.PolicyVersionId == publication.ToVersionId))
                .OrderBy(c => c.Id).Take(Chunk).ToListAsync(cancellation);
            if (cases.Count == 0)
            {
                return;
            }

            last = cases[^1].Id;
            var carried = await carrier.CarryAsync(db, cases, publication.Map, publication.ToVersionId, publication.Tally, cancellation);
            if (heard)
            {
                await ConsensusMessages.AddAsync(db, clock.Instant(), carried, null, clock.Instant(), cancellation);
                await db.SaveChangesAsync(cancellation);
            }

            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Gold answers follow the map; one that must be judged again is gold no longer.</summary>
    private static async Task CarryGoldAsync(StudioDbContext db, PolicyPublication publication, CancellationToken cancellation)
    {
        var changed = publication.Map.Changed.ToList();
        for (long last = 0; ;)
        {
            var gold = await (
                from answer in db.Set<GoldAnswer>()
                join reviewCase in db.Set<ReviewCase>() on answer.CaseId equals reviewCase.Id
                where reviewCase.PolicyId == publication.PolicyId && changed.Contains(answer.LabelKey) && answer.Id > last
                orderby answer.Id
                select new { Answer = answer, Case = reviewCase }).Take(Chunk).ToListAsync(cancellation);
            if (gold.Count == 0)
            {
                return;
            }

            last = gold[^1].Answer.Id;
            var waiting = new List<ReviewCase>();
            foreach (var entry in gold)
            {
                if (publication.Map.Find(entry.Answer.LabelKey) is { } key)
                {
                    entry.Answer.LabelKey = key;
                    continue;
                }

                db.Remove(entry.Answer);
                entry.Case.Gold = false;
                if (entry.Case.LabelKey is null)
                {
                    waiting.Add(entry.Case);
                }
            }

            await db.SaveChangesAsync(cancellation);
            await LabelCarrier.ReopenAsync(db, waiting, publication.ToVersionId, publication.Tally, cancellation);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Cases of queues with several reviewers that have some verdicts and no label: a verdict that fell away is wanted anew.</summary>
    private static async Task ReopenHalfJudgedAsync(StudioDbContext db, PolicyPublication publication, CancellationToken cancellation)
    {
        var queueIds = await db.Set<ReviewQueue>().Where(q => q.PolicyId == publication.PolicyId && (q.Plan.ReviewersPerCase > 1 || q.Plan.OverlapShare > 0 || q.Plan.SureAt > 0))
            .Select(q => q.Id).ToListAsync(cancellation);
        foreach (var queueId in queueIds)
        {
            for (long last = 0; ;)
            {
                var cases = await db.Set<ReviewCase>()
                    .Where(c => c.QueueId == queueId && c.State == CaseState.Open && c.Id > last && c.PolicyVersionId == publication.ToVersionId)
                    .Where(c => db.Set<Verdict>().Any(v => v.CaseId == c.Id && v.PolicyVersionId != publication.ToVersionId && v.LabelKey != null))
                    .OrderBy(c => c.Id).Take(Chunk).ToListAsync(cancellation);
                if (cases.Count == 0)
                {
                    break;
                }

                last = cases[^1].Id;
                await ReopenVoidedAsync(db, cases, publication, cancellation);
                db.ChangeTracker.Clear();
            }
        }
    }

    private static async Task ReopenVoidedAsync(
        StudioDbContext db, List<ReviewCase> cases, PolicyPublication publication, CancellationToken cancellation)
    {
        var verdicts = await StandingVerdicts.ReadAsync(db, cases.ConvertAll(c => c.Id), publication.ToVersionId, cancellation);
        var voided = verdicts.Where(v => v.Standing is null).Select(v => v.CaseId).ToHashSet();
        await LabelCarrier.ReopenAsync(db, cases.FindAll(c => voided.Contains(c.Id)), publication.ToVersionId, publication.Tally, cancellation);
    }
}
