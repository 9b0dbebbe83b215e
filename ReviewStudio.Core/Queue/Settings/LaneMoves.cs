using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>
/// Moves tasks to the lanes of a queue's present clearances, those that wait and those that are held, so that nobody below
/// them is served from now on.
/// </summary>
internal static class LaneMoves
{
    public static async Task RunAsync(StudioDbContext db, ReviewQueue queue, CancellationToken cancellation)
    {
        var lanes = await db.Set<Lane>().AsNoTracking().Where(l => l.QueueId == queue.Id).ToListAsync(cancellation);
        foreach (var lane in lanes)
        {
            var key = new LaneKey(queue.Id, lane.Language, lane.Modality, lane.Source, queue.RequiredClearance, lane.Audience, lane.OwnerId);
            var adjudication = CaseLanes.Adjudication(queue, key);
            if (lane.Audience is LaneAudience.Leads or LaneAudience.Adjudicators)
            {
                await MoveAsync(db, lane, adjudication, db.Set<ReviewTask>().Where(t => t.Purpose == TaskPurpose.Adjudication), cancellation);
            }

            if (lane.Audience != LaneAudience.Adjudicators)
            {
                await MoveAsync(db, lane, key, db.Set<ReviewTask>().Where(t => t.Purpose != TaskPurpose.Adjudication || lane.Audience == LaneAudience.Personal), cancellation);
            }
        }
    }

    private static async Task MoveAsync(StudioDbContext db, Lane from, LaneKey to, IQueryable<ReviewTask> tasks, CancellationToken cancellation)
    {
        if (to == new LaneKey(from.QueueId, from.Language, from.Modality, from.Source, from.Clearance, from.Audience, from.OwnerId)
            || !await tasks.AnyAsync(t => t.LaneId == from.Id && (t.State == TaskState.Pending || t.State == TaskState.Leased), cancellation))
        {
            return;
        }

        var target = await LaneBook.OpenAsync(db, to, cancellation);
        await tasks.Where(t => t.LaneId == from.Id && t.State == TaskState.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.LaneId, target), cancellation);
        await tasks.Where(t => t.LaneId == from.Id && t.State == TaskState.Leased)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.LaneId, target), cancellation);
    }
}
