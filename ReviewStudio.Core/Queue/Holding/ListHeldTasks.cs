using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>The claims that a reviewer still holds, oldest first: where work goes on after a dropped connection.</summary>
public sealed class ListHeldTasks(Database database) : IUseCase
{
    public Task<List<ClaimedTask>> RunAsync(ClaimRequest filter, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        return database.ReadAsync(
            db => (
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
                select new ClaimedTask(task.Id, task.CaseId, task.FencingToken, task.LeasedUntil!.Value)).ToListAsync(cancellation),
            cancellation);
    }
}
