using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>The heartbeat: moves the end of a lease on while its holder is at work.</summary>
public sealed class RenewLease(Database database, TimeProvider clock) : IUseCase
{
    /// <returns>The new end of the lease, or null when the claim is stale.</returns>
    public async Task<DateTime?> RunAsync(TaskClaim claim, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(actor);
        return await database.WriteAgainAsync<DateTime?>(
            async db =>
            {
                var seconds = await (
                    from task in db.Set<ReviewTask>()
                    join reviewCase in db.Set<ReviewCase>() on task.CaseId equals reviewCase.Id
                    join queue in db.Set<ReviewQueue>() on reviewCase.QueueId equals queue.Id
                    where task.Id == claim.TaskId
                    select queue.LeaseSeconds).SingleOrDefaultAsync(cancellation);
                var until = clock.Instant().AddSeconds(seconds);
                var rows = await db.Set<ReviewTask>()
                    .Where(t => t.Id == claim.TaskId && t.FencingToken == claim.FencingToken && t.State == TaskState.Leased
                        && t.ReviewerId == actor.ReviewerId)
                    .ExecuteUpdateAsync(set => set.SetProperty(t => t.LeasedUntil, until), cancellation);
                return rows == 1 ? until : null;
            },
            cancellation);
    }
}
