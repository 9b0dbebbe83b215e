using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Counting;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>Counts verdicts for the queues page; the room that keeps them implements it.</summary>
public interface IQueueActivity
{
    /// <summary>Verdicts since the instant, by queue.</summary>
    Task<Dictionary<long, int>> VerdictsSinceAsync(StudioDbContext db, DateTime since, CancellationToken cancellation);
}

/// <summary>A lane and what waits in it.</summary>
public sealed record LaneCount(string Language, string Modality, string Source, int Clearance, LaneAudience Audience, string Owner, int Pending, int Leased);

/// <summary>A queue with its settings and what is going on in it.</summary>
/// <param name="VersionNumber">The policy version in force; null when none is published, so that nothing can be imported.</param>
/// <param name="Labelled">Cases that have a label.</param>
/// <param name="VerdictsToday">Verdicts since midnight UTC, by whomever.</param>
/// <param name="Lanes">Lanes in which something waits or is held, the fullest first.</param>
public sealed record QueueOverview(
    [property: JsonIgnore] long Id,
    Guid PublicId,
    string Key,
    string PolicyKey,
    string PolicyName,
    int? VersionNumber,
    DateTime? ArchivedAt,
    Guid Stamp,
    QueueSettings Settings,
    int Labelled,
    int VerdictsToday,
    IReadOnlyList<LaneCount> Lanes)
{
    public int Pending => Lanes.Sum(l => l.Pending);

    public int Leased => Lanes.Sum(l => l.Leased);
}

/// <summary>
/// All queues with their counts. What waits and what is labelled is counted up to <see cref="Tallies.CountedAtOnce"/> a lane
/// and queue; beyond that the figure is the last tally's, at most minutes old.
/// </summary>
public sealed class ListQueues(Database database, TimeProvider clock, IEnumerable<IQueueActivity> activities) : IUseCase
{
    /// <param name="withArchived">Whether archived queues are listed too.</param>
    public Task<List<QueueOverview>> RunAsync(bool withArchived, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead, Roles.MLEngineer);
        return database.ReadAsync(db => ReadAsync(db, withArchived, cancellation), cancellation);
    }

    private async Task<List<QueueOverview>> ReadAsync(StudioDbContext db, bool withArchived, CancellationToken cancellation)
    {
        var queues = await (
            from queue in db.Set<ReviewQueue>()
            join policy in db.Set<Policy>() on queue.PolicyId equals policy.Id
            where withArchived || queue.ArchivedAt == null
            orderby queue.Name, queue.Id
            select new { Queue = queue, policy.Key, policy.Name }).ToListAsync(cancellation);
        var versions = await db.Set<PolicyVersion>().Where(v => v.State == PolicyVersionState.Published)
            .GroupBy(v => v.PolicyId).Select(g => new { g.Key, Number = g.Max(v => v.Number) })
            .ToDictionaryAsync(g => g.Key, g => g.Number, cancellation);
        var tallies = await Tallies.ReadAsync(db, cancellation);
        var lanes = (await LanesAsync(db, tallies, cancellation)).ToLookup(l => l.QueueId, l => l.Lane);
        var today = new Dictionary<long, int>();
        foreach (var activity in activities)
        {
            foreach (var (queueId, count) in await activity.VerdictsSinceAsync(db, clock.Instant().Date, cancellation))
            {
                today[queueId] = today.GetValueOrDefault(queueId) + count;
            }
        }

        var overviews = new List<QueueOverview>(queues.Count);
        foreach (var row in queues)
        {
            var labelled = await db.Set<ReviewCase>().Where(c => c.QueueId == row.Queue.Id && c.State == CaseState.Labelled)
                .OrderBy(c => c.Id).Take(Tallies.CountedAtOnce + 1).CountAsync(cancellation);
            labelled = Kept(tallies, CountQueues.Labelled(row.Queue.Id), labelled);
            overviews.Add(new QueueOverview(
                row.Queue.Id,
                row.Queue.PublicId,
                row.Queue.Key,
                row.Key,
                row.Name,
                versions.TryGetValue(row.Queue.PolicyId, out var number) ? number : null,
                row.Queue.ArchivedAt,
                row.Queue.ConcurrencyStamp,
                QueueSettings.Of(row.Queue),
                labelled,
                today.GetValueOrDefault(row.Queue.Id),
                [.. lanes[row.Queue.Id].OrderByDescending(l => l.Pending).ThenBy(l => l.Language, StringComparer.Ordinal)]));
        }

        return overviews;
    }

    /// <summary>What was counted, or the tally where the counting was cut short.</summary>
    private static int Kept(Dictionary<string, Tally> tallies, string name, int counted) =>
        counted > Tallies.CountedAtOnce && tallies.TryGetValue(name, out var tally) ? (int)Math.Max(tally.Count, counted) : counted;

    private static async Task<List<(long QueueId, LaneCount Lane)>> LanesAsync(StudioDbContext db, Dictionary<string, Tally> tallies, CancellationToken cancellation)
    {
        // Each lane's own range of the index, and no more of it than is soon counted.
        var pending = (await db.Set<Lane>().Select(l => new
        {
            l.Id,
            Count = db.Set<ReviewTask>().Where(t => t.State == TaskState.Pending && t.LaneId == l.Id).Take(Tallies.CountedAtOnce + 1).Count(),
        }).ToListAsync(cancellation)).Where(l => l.Count > 0).ToDictionary(l => l.Id, l => Kept(tallies, CountQueues.Pending(l.Id), l.Count));
        var leased = await db.Set<ReviewTask>().Where(t => t.State == TaskState.Leased)
            .GroupBy(t => t.LaneId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var lanes = await db.Set<Lane>().ToListAsync(cancellation);
        var ownerIds = lanes.Where(l => l.OwnerId != 0).Select(l => l.OwnerId).Distinct().ToList();
        var owners = await db.Set<Reviewer>().Where(r => ownerIds.Contains(r.Id)).ToDictionaryAsync(r => r.Id, r => r.DisplayName, cancellation);
        return [.. lanes.Where(l => pending.ContainsKey(l.Id) || leased.ContainsKey(l.Id)).Select(l => (l.QueueId, new LaneCount(
            l.Language, l.Modality, l.Source, l.Clearance, l.Audience, owners.GetValueOrDefault(l.OwnerId, ""),
            pending.GetValueOrDefault(l.Id), leased.GetValueOrDefault(l.Id))))];
    }
}
