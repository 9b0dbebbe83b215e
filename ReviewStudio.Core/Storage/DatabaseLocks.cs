using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// Locks for work that reads first and writes what follows from it: engines with many writers at a time would otherwise
/// let two such works miss each other. Each ends with the transaction that took it.
/// </summary>
public static class DatabaseLocks
{
    /// <inheritdoc cref="IDatabaseProvider.LockAsync"/>
    public static Task LockAsync(this StudioDbContext db, string name, LockKind kind, CancellationToken cancellation) =>
        db.GetService<IDatabaseProvider>().LockAsync(db, name, kind, cancellation);

    /// <inheritdoc cref="IDatabaseProvider.HoldRowAsync{T}"/>
    public static Task HoldRowAsync<T>(this StudioDbContext db, long id, CancellationToken cancellation)
        where T : Entity => db.GetService<IDatabaseProvider>().HoldRowAsync<T>(db, id, cancellation);
}
