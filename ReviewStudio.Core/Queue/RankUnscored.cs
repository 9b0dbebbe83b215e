using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue.Ranking;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>Ranks the waiting tasks of cases that no head has scored, after a change of strategy or weights.</summary>
public sealed class RankUnscored(Database database, IQueueStatements statements) : IUseCase
{
    private const int Chunk = 2_000;

    /// <returns>Tasks ranked.</returns>
    public async Task<long> RunAsync(long policyId, CancellationToken stop)
    {
        var queues = await database.ReadAsync(
            db => db.Set<ReviewQueue>().Where(q => q.PolicyId == policyId && q.ArchivedAt == null).ToListAsync(stop), stop);
        long done = 0;
        foreach (var queue in queues)
        {
            var strategy = RankingStrategies.Find(queue.Strategy);
            for (long cursor = 0; ;)
            {
                var cases = await database.ReadAsync(
                    db => db.Set<ReviewCase>().Where(c => c.QueueId == queue.Id && c.State != CaseState.Labelled && c.HeadId == null && c.Id > cursor)
                        .OrderBy(c => c.Id).Take(Chunk).ToListAsync(stop),
                    stop);
                if (cases.Count == 0)
                {
                    break;
                }

                cursor = cases[^1].Id;
                done += await database.WriteAsync(db => RankAsync(db, queue, strategy, cases, stop), stop);
            }
        }

        return done;
    }

    private async Task<int> RankAsync(
        StudioDbContext db, ReviewQueue queue, IRankingStrategy strategy, List<ReviewCase> cases, CancellationToken stop)
    {
        var byId = cases.ToDictionary(c => c.Id);
        var tasks = await db.Set<ReviewTask>().AsNoTracking()
            .Where(t => byId.Keys.Contains(t.CaseId) && (t.State == TaskState.Pending || t.State == TaskState.Leased))
            .Select(t => new { t.Id, t.CaseId, t.Purpose }).ToListAsync(stop);
        var ranks = tasks.ConvertAll(t =>
        {
            var uncertainty = strategy.Uncertainty(new RankInput([], byId[t.CaseId].PublicId));
            return new TaskRank(t.Id, Ranks.ForTask(queue, byId[t.CaseId], t.Purpose, uncertainty, byId[t.CaseId].Severity));
        });
        await statements.ApplyScoresAsync(db, [], ranks, stop);
        return ranks.Count;
    }
}
