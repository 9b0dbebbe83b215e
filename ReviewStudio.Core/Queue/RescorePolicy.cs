using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue.Rescoring;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>How far a rescoring got.</summary>
public readonly record struct RescoreProgress(long Done, long Total);

/// <summary>
/// Gives every waiting case of a policy the champion's prediction and every pending task its new rank, from stored
/// vectors, while reviewers go on claiming. A queue that the champion has been through is asked for its arrivals alone.
/// It may be broken off and run again at any time.
/// </summary>
public sealed class RescorePolicy(Database database, HeadRegistry heads, RescoreQueue whole, ScoreArrivals arrivals) : IUseCase
{
    /// <param name="rankAgain">Also ranks cases that the champion has scored: after a change of strategy or weights.</param>
    /// <returns>Cases scored; 0 when the policy has no champion.</returns>
    public async Task<long> RunAsync(long policyId, bool rankAgain, Func<RescoreProgress, Task>? report, CancellationToken stop)
    {
        while (await heads.ChampionAsync(policyId, stop) is { } champion)
        {
            var done = await RunAsync(policyId, champion, rankAgain, report, stop);
            if ((await heads.ChampionAsync(policyId, stop))?.Head.Id == champion.Head.Id)
            {
                return done;
            }

            // Another head was put in service meanwhile, and its ranks were mixed with these.
            rankAgain = true;
        }

        return 0;
    }

    private async Task<long> RunAsync(long policyId, ServingHead champion, bool rankAgain, Func<RescoreProgress, Task>? report, CancellationToken stop)
    {
        var queues = await database.ReadAsync(
            db => db.Set<ReviewQueue>().AsNoTracking().Where(q => q.PolicyId == policyId && q.ArchivedAt == null).ToListAsync(stop), stop);
        long done = 0;
        foreach (var queue in queues)
        {
            if (queue.RankedHeadId == champion.Head.Id && !rankAgain)
            {
                done += await arrivals.RunAsync(queue, champion, scored => TellAsync(done + scored, done + scored), stop);
                continue;
            }

            var total = await database.ReadAsync(
                db => db.Set<ReviewCase>().LongCountAsync(c => c.QueueId == queue.Id && (c.State == CaseState.Open || c.State == CaseState.Escalated), stop), stop);

            // Half of the way is scoring, half is writing ranks.
            done += await whole.RunAsync(queue, champion, (scored, placed) => TellAsync(done + ((scored + placed) / 2), done + Math.Max(total, scored)), stop);
        }

        return done;

        Task TellAsync(long soFar, long of) => report is null ? Task.CompletedTask : report(new RescoreProgress(soFar, of));
    }
}
