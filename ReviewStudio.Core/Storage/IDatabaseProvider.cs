using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Storage;

/// <summary>All that differs between database engines, in one place.</summary>
public interface IDatabaseProvider
{
    /// <summary>The configuration word: <c>Sqlite</c>, <c>SqlServer</c> or <c>PostgreSql</c>.</summary>
    string Name { get; }

    /// <summary>Points a context at the database.</summary>
    void Configure(DbContextOptionsBuilder options);

    /// <summary>Brings the schema up to date; safe when several processes start at once.</summary>
    Task MigrateAsync(StudioDbContext db, CancellationToken cancellation);

    /// <summary>
    /// Runs <paramref name="work"/> in one write transaction and commits it; rolls back when it throws. Waits its turn
    /// where the engine has one writer.
    /// </summary>
    Task<T> WriteAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation);

    /// <summary>
    /// Waits for a lock by name and holds it to the end of the caller's transaction. Nothing to do where the engine has one
    /// writer.
    /// </summary>
    Task LockAsync(StudioDbContext db, string name, LockKind kind, CancellationToken cancellation);

    /// <summary>
    /// Waits until no other transaction is changing the row and keeps it from being changed to the end of the caller's.
    /// What is read of it afterwards stays true until the commit. Nothing to do where the engine has one writer.
    /// </summary>
    Task HoldRowAsync<T>(StudioDbContext db, long id, CancellationToken cancellation)
        where T : Entity;

    /// <summary>
    /// Adds many rows at once in the caller's write transaction and sets their keys. The context does not track them, and
    /// what they refer to must be there already: navigations are not followed.
    /// </summary>
    async Task InsertAsync<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var row in rows)
        {
            db.Entry(row).State = EntityState.Added;
        }

        await db.SaveChangesAsync(cancellation);
        foreach (var row in rows)
        {
            db.Entry(row).State = EntityState.Detached;
        }
    }
}

/// <summary>Who may hold a lock beside whom.</summary>
public enum LockKind
{
    /// <summary>Any number at a time, but none beside an exclusive one.</summary>
    Shared,

    /// <summary>Alone.</summary>
    Exclusive,
}
