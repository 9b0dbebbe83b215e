using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>
/// Renews the stamp of a queue or an account that is saved with changes, whatever code changed it: what is remembered of
/// them elsewhere holds while the stamp is the same.
/// </summary>
public sealed class RenewStamps : SaveChangesInterceptor, ISaveGuard
{
    /// <inheritdoc />
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Renew(eventData);
        return result;
    }

    /// <inheritdoc />
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Renew(eventData);
        return new(result);
    }

    private static void Renew(DbContextEventData eventData)
    {
        if (eventData.Context is not { } db)
        {
            return;
        }

        foreach (var queue in Unstamped<ReviewQueue>(db, nameof(ReviewQueue.ConcurrencyStamp)))
        {
            queue.Entity.ConcurrencyStamp = Guid.NewGuid();
        }

        foreach (var reviewer in Unstamped<Reviewer>(db, nameof(Reviewer.ConcurrencyStamp)))
        {
            reviewer.Entity.ConcurrencyStamp = Guid.NewGuid().ToString();
        }
    }

    private static IEnumerable<EntityEntry<T>> Unstamped<T>(DbContext db, string stamp)
        where T : class => db.ChangeTracker.Entries<T>().Where(e => e.State == EntityState.Modified && !e.Property(stamp).IsModified);
}
