using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>Takes a queue out of use, or brings it back. Its cases stay and wait.</summary>
public sealed class ArchiveQueue(Database database, TimeProvider clock) : IUseCase
{
    /// <exception cref="RefusedException"><c>queue.unknown</c>.</exception>
    public Task RunAsync(string queue, bool archived, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.WriteAsync(
            async db =>
            {
                var row = await EditQueue.FindAsync(db, queue, cancellation);
                if (archived == row.ArchivedAt is not null)
                {
                    return;
                }

                row.ArchivedAt = archived ? clock.Instant() : null;
                row.ConcurrencyStamp = Guid.NewGuid();
                db.Record(clock, actor, archived ? "queue.archived" : "queue.restored", "queue", row.PublicId, new { row.Key });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
