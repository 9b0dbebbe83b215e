using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>The figures in the workbench's title line.</summary>
/// <param name="Waiting">Pending tasks and known answers to come, counted up to <see cref="CountWork.CountedAtMost"/>.</param>
/// <param name="Today">The reviewer's own verdicts since midnight UTC.</param>
public sealed record WorkCounts(int Waiting, int Today);

/// <summary>A queue to choose in the workbench, with the lanes' languages and sources as filters.</summary>
public sealed record WorkQueue(long Id, string Key, string Name, long PolicyId, IReadOnlyList<string> Languages, IReadOnlyList<string> Modalities, IReadOnlyList<string> Sources);

/// <summary>Counts what waits and what was done, and lists the queues that there are.</summary>
public sealed class CountWork(Database database, IKnownAnswers answers, TimeProvider clock) : IUseCase
{
    /// <summary>Beyond this many the exact number helps nobody and costs a scan.</summary>
    public const int CountedAtMost = 10_000;

    public Task<WorkCounts> RunAsync(ClaimRequest filter, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        var midnight = clock.Instant().Date;
        return database.ReadAsync(
            async db =>
            {
                var served = await ServedLanes.OfAsync(db, filter, actor, cancellation);
                var lanes = served.ConvertAll(l => l.Id);
                var waiting = await db.Set<ReviewTask>().Where(t => t.State == TaskState.Pending && lanes.Contains(t.LaneId))
                    .Take(CountedAtMost + 1).CountAsync(cancellation);
                if (waiting <= CountedAtMost)
                {
                    // Second looks at what this reviewer judged wait for others; in a long queue nobody would see the difference.
                    waiting -= await db.Set<ReviewTask>().CountAsync(
                        t => t.State == TaskState.Pending && lanes.Contains(t.LaneId)
                            && (db.Set<ReviewTask>().Any(o => o.ReviewerId == actor.ReviewerId && o.CaseId == t.CaseId)
                                || db.Set<TaskSkip>().Any(s => s.ReviewerId == actor.ReviewerId && s.CaseId == t.CaseId)),
                        cancellation);

                    // Counted like any other, or the count would tell which task was gold.
                    var mixed = served.Where(l => l.GoldShare > 0 && l.Audience == LaneAudience.Reviewers).Select(l => l.QueueId).Distinct().ToList();
                    waiting += mixed.Count == 0 ? 0 : Math.Min(waiting, await answers.CountAsync(db, mixed, filter, actor.ReviewerId, cancellation));
                }

                var today = await db.Set<Verdict>().CountAsync(
                    v => v.ReviewerId == actor.ReviewerId && v.CreatedAt >= midnight && v.LabelKey != null
                        && !db.Set<Verdict>().Any(w => w.SupersedesId == v.Id),
                    cancellation);
                return new WorkCounts(waiting, today);
            },
            cancellation);
    }

    public Task<List<WorkQueue>> QueuesAsync(CancellationToken cancellation) => database.ReadAsync(
        async db =>
        {
            var queues = await db.Set<ReviewQueue>().Where(q => q.ArchivedAt == null).OrderBy(q => q.Name).ToListAsync(cancellation);
            var lanes = await db.Set<Lane>().Where(l => l.Audience == LaneAudience.Reviewers).ToListAsync(cancellation);
            return queues.ConvertAll(q =>
            {
                var own = lanes.Where(l => l.QueueId == q.Id).ToList();
                return new WorkQueue(
                    q.Id, q.Key, q.Name, q.PolicyId, Distinct(own, l => l.Language), Distinct(own, l => l.Modality), Distinct(own, l => l.Source));
            });
        },
        cancellation);

    private static string[] Distinct(List<Lane> lanes, Func<Lane, string> dimension) =>
        [.. lanes.Select(dimension).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
