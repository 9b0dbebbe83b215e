using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Rescoring;

/// <summary>The new ranks of a case, and the rank that its tasks had by its prediction until now.</summary>
public readonly record struct Reranked(CaseRank Rank, double Before);

/// <summary>
/// Gives a page of cases a head's prediction, and those that were not drawn yet their audit draw. It commits in short
/// transactions and may be run again: a lost commit is made up for then.
/// </summary>
public sealed class ScorePage(Database database, PredictItems predict, PolicyBook policies, IQueueStatements statements, TimeProvider clock) : IUseCase
{
    /// <param name="rankNow">Ranks the tasks in the same transaction, for few cases; else the ranks are returned to be written in order.</param>
    /// <returns>The ranks of the cases that the head has read, whether now or before.</returns>
    public async Task<List<Reranked>> RunAsync(ReviewQueue queue, ServingHead head, IReadOnlyList<ReviewCase> page, bool rankNow, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(page);
        var scorer = await CaseScorer.ForAsync(queue, head, policies, stop);
        var predicted = await predict.RunAsync(head.Model, [.. page.Where(c => c.HeadId != head.Head.Id).Select(c => c.ItemId)], stop);
        var (scores, read) = (new List<CaseScore>(page.Count), new List<(ReviewCase Case, CaseScore Score, float[] Probabilities, double Before)>(page.Count));
        foreach (var reviewCase in page)
        {
            var probabilities = reviewCase.HeadId == head.Head.Id && reviewCase.Probabilities is { } kept ? Probabilities.Read(kept) : predicted.Read.GetValueOrDefault(reviewCase.ItemId)?.Probabilities;
            if (probabilities is not null)
            {
                var score = scorer.Score(reviewCase, probabilities);
                read.Add((reviewCase, score, probabilities, Ranks.ForTask(queue, reviewCase, TaskPurpose.Review, reviewCase.Uncertainty, reviewCase.Severity)));
                if (reviewCase.HeadId != head.Head.Id || reviewCase.UnscoredSince is not null || (reviewCase.Uncertainty, reviewCase.Severity) != (score.Uncertainty, score.Severity))
                {
                    scores.Add(score);
                }
            }
        }

        var byId = read.ToDictionary(r => r.Case.Id);
        foreach (var share in statements.Shares(scores))
        {
            var cases = share.Select(s => (byId[s.CaseId].Case, byId[s.CaseId].Probabilities)).ToList();
            async Task WriteAsync(StudioDbContext db, IReadOnlyList<CaseScore> part)
            {
                // Tasks before cases, as a verdict does it: two that meet then wait for each other, and neither for both. The
                // first part draws for all of the share; nothing is left to draw for the others.
                await DrawAsync(db, queue, scorer, cases, stop);
                if (rankNow)
                {
                    await statements.ApplyRanksAsync(db, [.. part.Select(s => Ranks.ForCase(queue, byId[s.CaseId].Case, s.Uncertainty, s.Severity))], stop);
                }

                await statements.ApplyScoresAsync(db, part, stop);
                await CaseInfluences.KeepAsync(db, head.Head.Id, part.Select(s => (s.CaseId, predicted.Read.GetValueOrDefault(byId[s.CaseId].Case.ItemId)?.Influences)), stop);
            }

            await (rankNow ? database.WriteAsync(db => WriteAsync(db, share), stop) : database.WriteInPartsAsync(share, WriteAsync, stop));
        }

        await PassOverAsync([.. page.Where(c => !byId.ContainsKey(c.Id) && predicted.Waiting.Contains(c.ItemId) == (c.UnscoredSince is null))], stop);
        return read.ConvertAll(r => new Reranked(Ranks.ForCase(queue, r.Case, r.Score.Uncertainty, r.Score.Severity), r.Before));
    }

    /// <summary>What the head cannot read is not asked for again and again; what waits for its encoders comes as an arrival once they have looked.</summary>
    private async Task PassOverAsync(IReadOnlyList<ReviewCase> cases, CancellationToken stop)
    {
        if (cases.Count == 0)
        {
            return;
        }

        var now = clock.Instant();
        await database.WriteAsync(
            async db =>
            {
                foreach (var alike in cases.GroupBy(c => c.UnscoredSince is null, c => c.Id))
                {
                    var (ids, since) = (alike.ToList(), alike.Key ? now : (DateTime?)null);
                    await db.Set<ReviewCase>().Where(c => EF.Parameter(ids).Contains(c.Id)).ExecuteUpdateAsync(set => set.SetProperty(c => c.UnscoredSince, since), stop);
                }
            },
            stop);
    }

    /// <summary>Draws the cases that waited for their first score, now that their stratum is known.</summary>
    private async Task DrawAsync(StudioDbContext db, ReviewQueue queue, CaseScorer scorer, List<(ReviewCase Case, float[] Probabilities)> cases, CancellationToken stop)
    {
        var undecided = cases.FindAll(c => c.Case.Stratum.Length == 0);
        if (undecided.Count == 0)
        {
            return;
        }

        var ledger = await AuditLedger.OpenAsync(db, queue, clock.Instant(), stop);
        undecided.ForEach(c => ledger.Decide(c.Case, scorer.Stratum(c.Probabilities)));

        // A task that somebody holds was claimed unscored, hence blind as well; only the waiting ones change their purpose.
        var drawn = undecided.Where(c => c.Case.InAuditSample).Select(c => c.Case.Id).ToList();
        await db.Set<ReviewTask>().Where(t => EF.Parameter(drawn).Contains(t.CaseId) && t.State == TaskState.Pending && t.Purpose == TaskPurpose.Review)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Purpose, TaskPurpose.Audit), stop);
        foreach (var alike in undecided.GroupBy(c => (c.Case.Stratum, c.Case.AuditProbability, c.Case.InAuditSample), c => c.Case.Id))
        {
            var (ids, (stratum, pi, member)) = (alike.ToList(), alike.Key);
            await db.Set<ReviewCase>().Where(c => EF.Parameter(ids).Contains(c.Id)).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Stratum, stratum).SetProperty(c => c.AuditProbability, pi).SetProperty(c => c.InAuditSample, member), stop);
        }

        await db.SaveChangesAsync(stop);
    }
}
