using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Adjudication;

/// <summary>A case that waits to be settled.</summary>
/// <param name="Because">Why somebody has to settle it.</param>
/// <param name="Since">When it arrived in the queue.</param>
/// <param name="Held">Somebody is at it.</param>
public sealed record WaitingAdjudication(
    Guid CaseId, string Queue, string Text, string Language, string Because, string? LabelKey, DateTime Since, bool Held, IReadOnlyList<CaseOpinion> Opinions);

/// <summary>A case that was settled.</summary>
/// <param name="Before">Labels that the reviewers had given.</param>
public sealed record SettledCase(Guid CaseId, string Text, string LabelKey, string By, string Note, DateTime At, IReadOnlyList<string> Before, bool Gold);

/// <summary>Adjudications of a policy.</summary>
/// <param name="WaitingInAll">Counted up to <see cref="Tallies.CountedAtOnce"/>.</param>
public sealed record AdjudicationReport(IReadOnlyList<WaitingAdjudication> Waiting, int WaitingInAll, IReadOnlyList<SettledCase> Settled);

/// <summary>Lists what waits to be settled, the most urgent first, and what was settled last.</summary>
public sealed class ListAdjudications(Database database) : IUseCase
{
    /// <summary>Most cases listed of each kind.</summary>
    public const int Most = 50;

    public Task<AdjudicationReport> RunAsync(long policyId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.ReadAsync(db => ReadAsync(db, policyId, cancellation), cancellation);
    }

    private static async Task<AdjudicationReport> ReadAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        // By the lanes and the keys, not by a join with the policy: a planner without statistics would begin there.
        var lanes = await (
            from lane in db.Set<Lane>()
            join queue in db.Set<ReviewQueue>() on lane.QueueId equals queue.Id
            where queue.PolicyId == policyId
            select lane.Id).ToListAsync(cancellation);
        var open = db.Set<ReviewTask>().Where(t => t.Purpose == TaskPurpose.Adjudication && (t.State == TaskState.Pending || t.State == TaskState.Leased) && lanes.Contains(t.LaneId))
            .OrderBy(t => t.State).ThenBy(t => t.Rank).ThenBy(t => t.Id);
        var first = await open.Take(Most).Select(t => t.Id).ToListAsync(cancellation);
        var rows = await (
            from task in db.Set<ReviewTask>()
            join reviewCase in db.Set<ReviewCase>() on task.CaseId equals reviewCase.Id
            join queue in db.Set<ReviewQueue>() on reviewCase.QueueId equals queue.Id
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where first.Contains(task.Id)
            orderby task.State, task.Rank, task.Id
            select new
            {
                reviewCase.Id, reviewCase.PublicId, Queue = queue.Name, item.Language, task.Message, reviewCase.LabelKey, reviewCase.ArrivedAt, task.State,
                Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault(),
            }).ToListAsync(cancellation);
        var opinions = await Opinions.ReadAsync(db, rows.ConvertAll(r => r.Id), cancellation);
        var waiting = rows.ConvertAll(row => new WaitingAdjudication(
            row.PublicId, row.Queue, row.Text ?? "", row.Language, row.Message, row.LabelKey, row.ArrivedAt, row.State == TaskState.Leased, [.. opinions[row.Id]]));
        return new AdjudicationReport(waiting, await open.Take(Tallies.CountedAtOnce + 1).CountAsync(cancellation), await SettledAsync(db, policyId, cancellation));
    }

    private static async Task<List<SettledCase>> SettledAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        var latest = await LatestAdjudications.FindAsync(db, policyId, v => true, Most, cancellation);
        var rows = await (
            from verdict in db.Set<Verdict>()
            join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            join judge in db.Set<Reviewer>() on verdict.ReviewerId equals judge.Id
            where latest.Contains(verdict.Id)
            orderby verdict.Id descending
            select new
            {
                verdict.CaseId, reviewCase.PublicId, LabelKey = verdict.LabelKey!, judge.DisplayName, verdict.Note, verdict.CreatedAt, reviewCase.Gold,
                Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault(),
            }).ToListAsync(cancellation);
        var ids = rows.ConvertAll(r => r.CaseId);
        var before = (await db.Set<Verdict>()
            .Where(v => ids.Contains(v.CaseId) && v.LabelKey != null && v.Purpose != TaskPurpose.Adjudication && !db.Set<Verdict>().Any(later => later.SupersedesId == v.Id))
            .OrderBy(v => v.Id).Select(v => new { v.CaseId, v.LabelKey }).ToListAsync(cancellation)).ToLookup(v => v.CaseId, v => v.LabelKey!);
        return rows.ConvertAll(r => new SettledCase(r.PublicId, r.Text ?? "", r.LabelKey, r.DisplayName, r.Note, r.CreatedAt, [.. before[r.CaseId]], r.Gold));
    }
}
