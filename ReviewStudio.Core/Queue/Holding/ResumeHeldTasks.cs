using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>
/// Takes over what a reviewer still holds, oldest claim first: where work goes on after a dropped connection. Every
/// claim gets a new fencing token and a whole lease, so that the connection that was lost cannot give the task back
/// or answer it when it wakes.
/// </summary>
public sealed class ResumeHeldTasks(Database database, TimeProvider clock) : IUseCase
{
    public Task<List<ClaimedTask>> RunAsync(ClaimRequest filter, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        return database.WriteAsync(db => ResumeAsync(db, filter, actor, cancellation), cancellation);
    }

    private async Task<List<ClaimedTask>> ResumeAsync(StudioDbContext db, ClaimRequest filter, Actor actor, CancellationToken cancellation)
    {
        var held = await (
            from task in db.Set<ReviewTask>()
            join lane in db.Set<Lane>() on task.LaneId equals lane.Id
            join queue in db.Set<ReviewQueue>() on lane.QueueId equals queue.Id
            where task.ReviewerId == actor.ReviewerId && task.State == TaskState.Leased
                && (filter.QueueId == null || lane.QueueId == filter.QueueId)
                && (filter.PolicyId == null || queue.PolicyId == filter.PolicyId)
                && (filter.Language == null || lane.Language == filter.Language)
                && (filter.Modality == null || lane.Modality == filter.Modality)
                && (filter.Source == null || lane.Source == filter.Source)
            orderby task.ClaimedAt, task.Id
            select new { task.Id, task.CaseId, task.FencingToken, queue.LeaseSeconds }).ToListAsync(cancellation);
        var resumed = new List<ClaimedTask>(held.Count);
        foreach (var row in held)
        {
            var until = clock.Instant().AddSeconds(row.LeaseSeconds);
            var rows = await db.Set<ReviewTask>()
                .Where(t => t.Id == row.Id && t.FencingToken == row.FencingToken && t.State == TaskState.Leased)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(t => t.FencingToken, row.FencingToken + 1).SetProperty(t => t.LeasedUntil, until), cancellation);
            if (rows == 1)
            {
                resumed.Add(new ClaimedTask(row.Id, row.CaseId, row.FencingToken + 1, until));
            }
        }

        return resumed;
    }
}
