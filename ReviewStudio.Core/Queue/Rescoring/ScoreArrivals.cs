using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Rescoring;

/// <summary>Scores and ranks what came into a queue since its head looked at everything. Each share of a page commits with its ranks.</summary>
public sealed class ScoreArrivals(Database database, ScorePage score) : IUseCase
{
    private const int PageSize = 2_000;

    /// <returns>Cases scored.</returns>
    public async Task<long> RunAsync(ReviewQueue queue, ServingHead head, Func<long, Task> report, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(report);
        long done = 0;
        for (long cursor = 0; ;)
        {
            var page = await database.ReadAsync(
                db => db.Set<ReviewCase>().Where(c => c.QueueId == queue.Id && c.UnscoredSince != null && c.Id > cursor).OrderBy(c => c.Id).Take(PageSize).ToListAsync(stop), stop);
            if (page.Count == 0)
            {
                return done;
            }

            cursor = page[^1].Id;
            done += (await score.RunAsync(queue, head, page.FindAll(Wanted), rankNow: true, stop)).Count;
            var settled = page.Where(c => !Wanted(c)).Select(c => c.Id).ToList();
            if (settled.Count > 0)
            {
                await database.WriteAsync(
                    db => db.Set<ReviewCase>().Where(c => EF.Parameter(settled).Contains(c.Id)).ExecuteUpdateAsync(set => set.SetProperty(c => c.UnscoredSince, (DateTime?)null), stop), stop);
            }

            await report(done);
        }
    }

    /// <summary>A case that was settled before any head looked needs no prediction, unless its answer is to be mixed in.</summary>
    private static bool Wanted(ReviewCase reviewCase) => reviewCase.State != CaseState.Labelled || reviewCase.Gold;
}
