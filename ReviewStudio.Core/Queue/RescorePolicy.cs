using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Queue.Ranking;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>How far a rescoring got.</summary>
public readonly record struct RescoreProgress(long Done, long Total);

/// <summary>
/// Gives every waiting case of a policy the champion's prediction and every pending task its new rank, from stored
/// vectors, in chunks that commit one by one. Items without text are passed over: a head reads text alone. Cases already scored by the champion are passed over, so it may be broken
/// off and run again at any time.
/// </summary>
public sealed class RescorePolicy(
    Database database, HeadRegistry heads, PolicyBook policies, ItemVectors vectors, IQueueStatements statements, TimeProvider clock) : IUseCase
{
    private const int Chunk = 2_000;

    /// <param name="rankAgain">Also ranks cases that the champion has scored: after a change of strategy or weights.</param>
    /// <returns>Cases scored; 0 when the policy has no champion.</returns>
    public async Task<long> RunAsync(long policyId, bool rankAgain, Func<RescoreProgress, Task>? report, CancellationToken stop)
    {
        var champion = await heads.ChampionAsync(policyId, stop);
        if (champion is null)
        {
            return 0;
        }

        var queues = await database.ReadAsync(
            db => db.Set<ReviewQueue>().Where(q => q.PolicyId == policyId && q.ArchivedAt == null).ToListAsync(stop), stop);
        var total = await database.ReadAsync(db => Waiting(db, policyId, champion, rankAgain).LongCountAsync(stop), stop);
        long done = 0;
        foreach (var queue in queues)
        {
            long cursor = 0;
            while (true)
            {
                var chunk = await database.ReadAsync(
                    db => Waiting(db, policyId, champion, rankAgain).Where(c => c.QueueId == queue.Id && c.Id > cursor)
                        .OrderBy(c => c.Id).Take(Chunk).ToListAsync(stop),
                    stop);
                if (chunk.Count == 0)
                {
                    break;
                }

                await ScoreAsync(queue, champion, chunk, stop);
                cursor = chunk[^1].Id;
                done += chunk.Count;
                if (report is not null)
                {
                    await report(new RescoreProgress(done, Math.Max(total, done)));
                }
            }
        }

        return done;
    }

    private static IQueryable<ReviewCase> Waiting(StudioDbContext db, long policyId, ServingHead champion, bool rankAgain) =>
        db.Set<ReviewCase>().Where(c => c.PolicyId == policyId && (c.State != CaseState.Labelled || c.Gold) && (rankAgain || c.HeadId == null || c.HeadId != champion.Head.Id)
            && db.Set<Item>().Any(i => i.Id == c.ItemId && i.Modality.Contains(Item.TextModality)));

    private async Task ScoreAsync(ReviewQueue queue, ServingHead champion, List<ReviewCase> chunk, CancellationToken stop)
    {
        var scorer = await CaseScorer.ForAsync(queue, champion, policies, stop);
        var byItem = await vectors.GetAsync([.. chunk.Select(c => c.ItemId)], stop);
        var scored = chunk.Where(c => byItem.ContainsKey(c.ItemId)).ToList();
        var probabilities = champion.Model.Predict([.. scored.Select(c => byItem[c.ItemId])]);
        var scores = scored.Select((c, i) => scorer.Score(c, probabilities[i])).ToList();
        await database.WriteAsync(
            async db =>
            {
                await DecideAuditAsync(db, queue, scorer, scored, probabilities, stop);
                var scoreByCase = scores.ToDictionary(s => s.CaseId);
                var caseById = scored.ToDictionary(c => c.Id);
                var ids = scored.ConvertAll(c => c.Id);
                var tasks = await db.Set<ReviewTask>().AsNoTracking()
                    .Where(t => ids.Contains(t.CaseId) && (t.State == TaskState.Pending || t.State == TaskState.Leased))
                    .Select(t => new { t.Id, t.CaseId, t.Purpose }).ToListAsync(stop);
                var ranks = tasks.ConvertAll(t => new TaskRank(
                    t.Id, Ranks.ForTask(queue, caseById[t.CaseId], t.Purpose, scoreByCase[t.CaseId].Uncertainty, scoreByCase[t.CaseId].Severity)));
                await statements.ApplyScoresAsync(db, scores, ranks, stop);
            },
            stop);
    }

    /// <summary>Draws the cases that waited for their first score, now that their stratum is known.</summary>
    private async Task DecideAuditAsync(
        StudioDbContext db, ReviewQueue queue, CaseScorer scorer, List<ReviewCase> cases, float[][] probabilities, CancellationToken stop)
    {
        var undecided = Enumerable.Range(0, cases.Count).Where(i => cases[i].Stratum.Length == 0).ToList();
        if (undecided.Count == 0)
        {
            return;
        }

        var ledger = await AuditLedger.OpenAsync(db, queue, clock.Instant(), stop);
        foreach (var i in undecided)
        {
            ledger.Decide(cases[i], scorer.Stratum(probabilities[i]));
            var (id, stratum, pi, member) = (cases[i].Id, cases[i].Stratum, cases[i].AuditProbability, cases[i].InAuditSample);
            await db.Set<ReviewCase>().Where(c => c.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Stratum, stratum).SetProperty(c => c.AuditProbability, pi).SetProperty(c => c.InAuditSample, member), stop);
        }

        // A task that somebody holds was claimed unscored, hence blind as well; only the waiting ones change their purpose.
        var drawn = undecided.Where(i => cases[i].InAuditSample).Select(i => cases[i].Id).ToList();
        await db.Set<ReviewTask>().Where(t => drawn.Contains(t.CaseId) && t.State == TaskState.Pending && t.Purpose == TaskPurpose.Review)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Purpose, TaskPurpose.Audit), stop);
        await db.SaveChangesAsync(stop);
    }
}
