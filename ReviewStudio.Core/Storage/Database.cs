using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// How use cases reach the database: one fresh context an operation, reads without tracking, writes in one transaction.
/// </summary>
public sealed class Database(IDbContextFactory<StudioDbContext> contexts, IDatabaseProvider provider)
{
    /// <summary>The engine in use.</summary>
    public IDatabaseProvider Provider => provider;

    /// <summary>Runs a query on a fresh context that tracks nothing.</summary>
    public async Task<T> ReadAsync<T>(Func<StudioDbContext, Task<T>> query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var db = await OpenForReadingAsync(cancellation);
        return await query(db);
    }

    /// <summary>A fresh context that tracks nothing, for reads that stream; the caller disposes it.</summary>
    public async Task<StudioDbContext> OpenForReadingAsync(CancellationToken cancellation)
    {
        var db = await contexts.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return db;
    }

    /// <summary>
    /// Runs <paramref name="work"/> on a fresh context in one write transaction: all of it is committed, or nothing.
    /// The work calls SaveChanges itself.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await provider.WriteAsync(db, work, cancellation);
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<StudioDbContext, Task> work, CancellationToken cancellation) =>
        WriteAsync(
            async db =>
            {
                await work(db);
                return true;
            },
            cancellation);

    /// <summary>Brings the schema up to date, under a lock.</summary>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await provider.MigrateAsync(db, cancellation);
    }
}
