using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

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
    /// Whether a failure will probably not come again: a deadlock, a conflict of transactions, a broken connection, a server
    /// that is starting. Whether the write was committed is then not always known.
    /// </summary>
    bool IsPassing(Exception fault) => false;

    /// <summary>
    /// Runs <paramref name="work"/> in one write transaction and commits it; rolls back when it throws. Waits its turn
    /// where the engine has one writer.
    /// </summary>
    Task<T> WriteAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation);

    /// <summary>
    /// Rows of a write that may be done in parts between two looks at <see cref="Awaited"/>; any number where writers do not
    /// wait for each other.
    /// </summary>
    int RowsBetweenLooks => int.MaxValue;

    /// <summary>Whether somebody waits until the write that is under way ends.</summary>
    bool Awaited => false;

    /// <summary>
    /// Runs one statement that is atomic by itself, on a fresh context. An engine may have it committed together with others
    /// that come at the same moment. It is committed when this returns but need not outlive a power cut: for what is begun and
    /// not yet promised to anybody, such as a claim. Whatever is durable later carries all that was committed before it.
    /// </summary>
    async Task<T> StatementAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> statement, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(statement);
        await using var db = await open(cancellation);
        return await statement(db);
    }

    /// <summary>
    /// Runs a short write, on a fresh context, that ends with <see cref="FinishAsync"/>. An engine may have it committed
    /// together with others that come at the same moment: each is all or nothing, and durable when this returns. It reads
    /// through its own context alone.
    /// </summary>
    async Task<T> ShortWriteAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(open);
        await using var db = await open(cancellation);
        return await WriteAsync(db, work, cancellation);
    }

    /// <summary>
    /// A statement on the context's connection, in its transaction and without parameters. The engine may keep it prepared
    /// for the next time, so its reader is disposed but it is not.
    /// </summary>
    DbCommand Command(StudioDbContext db, string sql)
    {
        ArgumentNullException.ThrowIfNull(db);
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = sql;
        return command;
    }

    /// <summary>
    /// Writes what the context tracks as changed, as the last thing in a write, in as few round trips as the engine can.
    /// Keys that the engine gives may stay unknown.
    /// </summary>
    Task FinishAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.SaveChangesAsync(cancellation);
    }

    /// <summary>
    /// The same for work that is done again when it gets lost: such a commit need not outlive a power cut, so it does not
    /// wait for the disk. Never for anything that somebody was told.
    /// </summary>
    Task<T> WriteRepeatableAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation) => WriteAsync(db, work, cancellation);

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
    Task InsertAsync<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity;
}

/// <summary>Who may hold a lock beside whom.</summary>
public enum LockKind
{
    /// <summary>Any number at a time, but none beside an exclusive one.</summary>
    Shared,

    /// <summary>Alone.</summary>
    Exclusive,
}
