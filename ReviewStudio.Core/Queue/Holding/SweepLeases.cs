using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>Puts tasks back in line whose holders let their leases run out.</summary>
public sealed class SweepLeases(Database database, TimeProvider clock) : IUseCase
{
    /// <returns>How many tasks came back.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var now = clock.Instant();
        var any = await database.ReadAsync(db => Expired(db, now).AnyAsync(cancellation), cancellation);
        return any ? await database.WriteAsync(db => SweepAsync(db, now, cancellation), cancellation) : 0;
    }

    internal static Task<int> SweepAsync(StudioDbContext db, DateTime now, CancellationToken cancellation) =>
        Expired(db, now).ExecuteUpdateAsync(
            set => set
                .SetProperty(t => t.State, t => t.Purpose == TaskPurpose.Gold ? TaskState.Cancelled : TaskState.Pending)
                .SetProperty(t => t.ReviewerId, (long?)null)
                .SetProperty(t => t.ClaimedAt, (DateTime?)null)
                .SetProperty(t => t.LeasedUntil, (DateTime?)null),
            cancellation);

    private static IQueryable<ReviewTask> Expired(StudioDbContext db, DateTime now) =>
        db.Set<ReviewTask>().Where(t => t.State == TaskState.Leased && t.LeasedUntil < now);
}
