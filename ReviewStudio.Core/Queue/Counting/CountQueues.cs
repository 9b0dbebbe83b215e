using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Counting;

/// <summary>
/// Counts what waits in long lanes, what is labelled in long queues and at which labels cases stand, for the pages that show it. It walks the indexes
/// in steps, each a short statement: none keeps the database from cleaning up behind reviewers.
/// </summary>
public sealed class CountQueues(Database database, TimeProvider clock) : IUseCase
{
    private const int Step = 50_000;

    /// <summary>The tally of a lane's pending tasks.</summary>
    public static string Pending(long laneId) => FormattableString.Invariant($"lane:{laneId}:pending");

    /// <summary>The tally of a queue's labelled cases.</summary>
    public static string Labelled(long queueId) => FormattableString.Invariant($"queue:{queueId}:labelled");

    /// <summary>The tally of a policy's cases that stand at a label; of those without one, which wait, if it is null.</summary>
    public static string At(long policyId, string? label) => label is null ? FormattableString.Invariant($"policy:{policyId}:waiting") : FormattableString.Invariant($"policy:{policyId}:at:{label}");

    /// <returns>Tallies kept: those of short lanes and queues are counted by the page itself.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var queues = await database.ReadAsync(db => db.Set<ReviewQueue>().Where(q => q.ArchivedAt == null).Select(q => q.Id).ToListAsync(cancellation), cancellation);
        var lanes = await database.ReadAsync(db => db.Set<Lane>().Where(l => queues.Contains(l.QueueId)).Select(l => l.Id).ToListAsync(cancellation), cancellation);
        var policies = await database.ReadAsync(db => db.Set<ReviewQueue>().Where(q => queues.Contains(q.Id)).Select(q => q.PolicyId).Distinct().ToListAsync(cancellation), cancellation);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var lane in lanes)
        {
            Add(Pending(lane), await WalkLaneAsync(lane, cancellation));
        }

        foreach (var queue in queues)
        {
            Add(Labelled(queue), await WalkAsync(db => db.Set<ReviewCase>().Where(c => c.QueueId == queue && c.State == CaseState.Labelled).OrderBy(c => c.Id), cancellation));
        }

        foreach (var policy in policies)
        {
            foreach (var label in (string?[])[null, .. await database.ReadAsync(db => CasesFollowPolicy.LabelsAsync(db, policy, cancellation), cancellation)])
            {
                Add(At(policy, label), await WalkAsync(db => db.Set<ReviewCase>().Where(c => c.PolicyId == policy && c.LabelKey == label).OrderBy(c => c.LabelKey).ThenBy(c => c.Id), cancellation));
            }
        }

        if (counts.Count > 0)
        {
            await database.WriteAsync(db => Tallies.KeepAsync(db, counts, add: false, clock.Instant(), cancellation), cancellation);
        }

        return counts.Count;

        void Add(string name, long count)
        {
            if (count > Tallies.CountedAtOnce)
            {
                counts[name] = count;
            }
        }
    }

    private async Task<long> WalkLaneAsync(long lane, CancellationToken cancellation)
    {
        var (rank, id) = (double.MinValue, 0L);
        for (long total = 0; ; total += Step)
        {
            var (from, after) = (rank, id);
            IQueryable<ReviewTask> Rest(StudioDbContext db) => db.Set<ReviewTask>()
                .Where(t => t.State == TaskState.Pending && t.LaneId == lane && t.Rank >= from && (t.Rank > from || t.Id > after)).OrderBy(t => t.Rank).ThenBy(t => t.Id);
            var last = await database.ReadAsync(db => Rest(db).Skip(Step - 1).Select(t => new { t.Rank, t.Id }).FirstOrDefaultAsync(cancellation), cancellation);
            if (last is null)
            {
                return total + await database.ReadAsync(db => Rest(db).CountAsync(cancellation), cancellation);
            }

            (rank, id) = (last.Rank, last.Id);
        }
    }

    /// <summary>Walks cases that an index holds in the order of their keys; where one of its columns is null, that has to be part of the order.</summary>
    private async Task<long> WalkAsync(Func<StudioDbContext, IOrderedQueryable<ReviewCase>> cases, CancellationToken cancellation)
    {
        var cursor = 0L;
        for (long total = 0; ; total += Step)
        {
            var after = cursor;
            IQueryable<ReviewCase> Rest(StudioDbContext db) => cases(db).Where(c => c.Id > after);
            var last = await database.ReadAsync(db => Rest(db).Skip(Step - 1).Select(c => (long?)c.Id).FirstOrDefaultAsync(cancellation), cancellation);
            if (last is null)
            {
                return total + await database.ReadAsync(db => Rest(db).CountAsync(cancellation), cancellation);
            }

            cursor = last.Value;
        }
    }
}
