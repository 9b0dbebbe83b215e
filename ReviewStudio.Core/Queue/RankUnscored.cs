using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue.Ranking;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>Ranks the waiting tasks of cases that no head has scored, after a change of strategy or weights.</summary>
public sealed class RankUnscored(Database database, IQueueStatements statements) : IUseCase
{
    private const int Page = 2_000;

    private static readonly CaseState[] Waiting = [CaseState.Open, CaseState.Escalated];

    /// <returns>Tasks that moved.</returns>
    public async Task<long> RunAsync(long policyId, CancellationToken stop)
    {
        var queues = await database.ReadAsync(
            db => db.Set<ReviewQueue>().Where(q => q.PolicyId == policyId && q.ArchivedAt == null).ToListAsync(stop), stop);
        long done = 0;
        foreach (var (queue, state) in queues.SelectMany(q => Waiting, (q, s) => (q, s)))
        {
            var strategy = RankingStrategies.Find(queue.Strategy);
            for (long cursor = 0; ;)
            {
                var cases = await database.ReadAsync(
                    db => db.Set<ReviewCase>().Where(c => c.QueueId == queue.Id && c.State == state && c.Id > cursor).OrderBy(c => c.Id).Take(Page).ToListAsync(stop), stop);
                if (cases.Count == 0)
                {
                    break;
                }

                cursor = cases[^1].Id;
                foreach (var chunk in cases.Where(c => c.HeadId is null).Chunk(statements.RankedAtOnce))
                {
                    CaseRank[] ranks = [.. chunk.Select(c => Ranks.ForCase(queue, c, strategy.Uncertainty(new RankInput([], c.PublicId)), c.Severity))];
                    done += await database.WriteRepeatableAsync(db => statements.ApplyRanksAsync(db, ranks, stop), stop);
                }
            }
        }

        return done;
    }
}
