using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Copies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>Content that was scored, and drawn or not, before it came into a queue.</summary>
/// <param name="CaseId">The case's public id to be: the audit draw was read from it.</param>
/// <param name="Probabilities">By the head that the case is opened under; null where none scored.</param>
/// <param name="Review">Wants the queue's usual verdicts; else it comes for the audit alone.</param>
public sealed record ScoredArrival(
    Item Item, Guid CaseId, float[]? Probabilities, string Stratum, double AuditDraw, double AuditProbability, bool InAuditSample, bool Review)
{
    /// <summary>What moved the probabilities; null where nothing is to be told.</summary>
    public IReadOnlyList<Influence>? Influences { get; init; }
}

/// <summary>Opens cases with their prediction and their place in the queue from the start, in the caller's transaction.</summary>
internal static class OpenScored
{
    /// <param name="scorer">Null where no head scored.</param>
    /// <returns>Cases in the order of the arrivals: those opened, or those that were there for item and policy.</returns>
    public static async Task<List<ReviewCase>> RunAsync(
        StudioDbContext db, ReviewQueue queue, CaseScorer? scorer, IReadOnlyList<ScoredArrival> arrivals, DateTime now, CancellationToken cancellation)
    {
        var versionId = await PolicyBook.InForceIdAsync(db, queue.PolicyId, cancellation) ?? throw new InvalidOperationException($"Queue {queue.Key} has a policy without a version.");
        var itemIds = arrivals.Select(a => a.Item.Id).Distinct().ToList();
        var cases = await db.Set<ReviewCase>().AsNoTracking().Where(c => c.PolicyId == queue.PolicyId && itemIds.Contains(c.ItemId)).ToDictionaryAsync(c => c.ItemId, cancellation);
        var opened = new List<(ReviewCase Case, ScoredArrival Arrival)>();
        foreach (var arrival in arrivals)
        {
            if (!cases.ContainsKey(arrival.Item.Id))
            {
                var reviewCase = Open(queue, versionId, scorer, arrival, now);
                cases.Add(arrival.Item.Id, reviewCase);
                opened.Add((reviewCase, arrival));
            }
        }

        await CopyNumbers.AssignAsync(db, opened.ConvertAll(o => (o.Case, o.Arrival.Item)), cancellation);
        await db.InsertAsync(opened.ConvertAll(o => o.Case), cancellation);
        if (scorer is not null)
        {
            await CaseInfluences.KeepAsync(db, scorer.HeadId, opened.Select(o => (o.Case.Id, o.Arrival.Influences)), cancellation);
        }

        var lanes = new Dictionary<LaneKey, long>();
        var tasks = new List<ReviewTask>();
        foreach (var (reviewCase, arrival) in opened)
        {
            if (arrival.Review || arrival.InAuditSample)
            {
                var key = new LaneKey(queue.Id, arrival.Item.Language, arrival.Item.Modality, arrival.Item.Source, queue.RequiredClearance, LaneAudience.Reviewers);
                if (!lanes.TryGetValue(key, out var laneId))
                {
                    lanes[key] = laneId = await LaneBook.OpenAsync(db, key, cancellation);
                }

                OpenCases.AddTasks(tasks, queue, reviewCase, laneId);
            }
        }

        await db.InsertAsync(tasks, cancellation);
        return [.. arrivals.Select(a => cases[a.Item.Id])];
    }

    private static ReviewCase Open(ReviewQueue queue, long versionId, CaseScorer? scorer, ScoredArrival arrival, DateTime now)
    {
        var reviewCase = new ReviewCase
        {
            PublicId = arrival.CaseId,
            ItemId = arrival.Item.Id,
            PolicyId = queue.PolicyId,
            PolicyVersionId = versionId,
            QueueId = queue.Id,
            ArrivedAt = now,
            Stratum = arrival.Stratum,
            AuditDraw = arrival.AuditDraw,
            AuditProbability = arrival.AuditProbability,
            InAuditSample = arrival.InAuditSample,
            UnscoredSince = now,
        };
        if (scorer is not null && arrival.Probabilities is { } probabilities)
        {
            var score = scorer.Score(reviewCase, probabilities);
            reviewCase.UnscoredSince = null;
            (reviewCase.HeadId, reviewCase.Probabilities, reviewCase.Uncertainty, reviewCase.Severity) = (score.HeadId, score.Probabilities, score.Uncertainty, score.Severity);
        }

        return reviewCase;
    }
}
