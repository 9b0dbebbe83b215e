using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Rescoring;

/// <summary>
/// Scores and ranks all that waits in a queue: first every case gets its prediction, page by page in the order of keys,
/// then the ranks are written from the head of the line on. Broken off, it is run again from the start: predictions that
/// are there already are not made again, and ranks that are right are not written again.
/// </summary>
public sealed class RescoreQueue(Database database, ScorePage score, IQueueStatements statements, StudioFolders folders) : IUseCase
{
    /// <summary>What is in memory at a time is looked over again and again by the collector, while everybody waits.</summary>
    private const int PageSize = 1_000;

    /// <summary>Cases whose keys were given out while the last page was read may have been committed only after it.</summary>
    private const int Overlap = 10_000;

    /// <summary>Beside the pages that are predicted, one is read; and reviewers want to be served.</summary>
    private static readonly int Workers = Math.Clamp(Environment.ProcessorCount / 2, 2, 8);

    /// <param name="report">Told how many cases were scored and how many were put in their place so far.</param>
    /// <returns>Cases that have the head's prediction now.</returns>
    public async Task<long> RunAsync(ReviewQueue queue, ServingHead head, Func<long, long, Task> report, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(report);

        // From here on the queue is in nobody's order, whichever head should serve when this is taken up again.
        await MarkAsync(queue, null, stop);
        using var threads = new QuietThreads(Workers, "rescoring");
        var (scored, last) = await threads.RunAsync(() => PassAsync(queue, head, 0, threads, report, stop), stop);

        // What came in meanwhile under the head before.
        var (later, _) = await threads.RunAsync(() => PassAsync(queue, head, Math.Max(0, last - Overlap), threads, (_, _) => Task.CompletedTask, stop), stop);
        await MarkAsync(queue, head.Head.Id, stop);
        return Math.Max(scored, later);
    }

    private Task MarkAsync(ReviewQueue queue, long? headId, CancellationToken stop) => database.WriteAsync(
        db => db.Set<ReviewQueue>().Where(q => q.Id == queue.Id).ExecuteUpdateAsync(set => set.SetProperty(q => q.RankedHeadId, headId), stop), stop);

    private async Task<(long Scored, long Last)> PassAsync(ReviewQueue queue, ServingHead head, long after, QuietThreads threads, Func<long, long, Task> report, CancellationToken stop)
    {
        using var plan = new RankPlan(folders.Scratch);
        var last = 0L;
        await Parallel.ForEachAsync(
            PagesAsync(queue, after, stop),
            new ParallelOptions { MaxDegreeOfParallelism = Workers, TaskScheduler = threads, CancellationToken = stop },
            async (page, cancel) =>
            {
                foreach (var reranked in await score.RunAsync(queue, head, page, rankNow: false, cancel))
                {
                    plan.Add(reranked.Rank, reranked.Before);
                }

                InterlockedMax(ref last, page[^1].Id);
                await report(plan.Count, 0);
            });

        // Not on threads that step back: each of many short transactions would wait for its turn to begin.
        await Task.Run(() => PlaceAsync(queue, plan, report, stop), stop);
        return (plan.Count, last);
    }

    private async Task PlaceAsync(ReviewQueue queue, RankPlan plan, Func<long, long, Task> report, CancellationToken stop)
    {
        var placed = 0L;
        foreach (var chunk in plan.InOrder(Math.Max(16, statements.RankedAtOnce / Math.Max(1, queue.Plan.ReviewersPerCase))))
        {
            await database.WriteInPartsAsync(chunk, (db, part) => statements.ApplyRanksAsync(db, part, stop), stop);
            placed += chunk.Count;
            await report(plan.Count, placed);
        }
    }

    /// <summary>Cases that wait or whose answer is known, in the order of keys for each state. Each page is a statement of its own: none stays open while others write.</summary>
    private async IAsyncEnumerable<List<ReviewCase>> PagesAsync(ReviewQueue queue, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        Func<StudioDbContext, IQueryable<ReviewCase>>[] parts =
        [
            db => db.Set<ReviewCase>().Where(c => c.QueueId == queue.Id && c.State == CaseState.Open),
            db => db.Set<ReviewCase>().Where(c => c.QueueId == queue.Id && c.State == CaseState.Escalated),
            db => db.Set<ReviewCase>().Where(c => c.QueueId == queue.Id && c.Gold && c.State == CaseState.Labelled),
        ];
        foreach (var part in parts)
        {
            for (var cursor = after; ;)
            {
                var page = await database.ReadAsync(db => part(db).Where(c => c.Id > cursor).OrderBy(c => c.Id).Take(PageSize).ToListAsync(stop), stop);
                if (page.Count == 0)
                {
                    break;
                }

                cursor = page[^1].Id;
                yield return page;
            }
        }
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            var was = Interlocked.CompareExchange(ref target, value, seen);
            if (was == seen)
            {
                return;
            }

            seen = was;
        }
    }
}
