using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// How use cases reach the database: one fresh context an operation, reads without tracking, writes in one transaction.
/// </summary>
public sealed class Database(IDbContextFactory<StudioDbContext> contexts, IDatabaseProvider provider)
{
    /// <summary>The engine in use.</summary>
    public IDatabaseProvider Provider => provider;

    /// <summary>Runs a query on a fresh context that tracks nothing; again, when the connection broke.</summary>
    public Task<T> ReadAsync<T>(Func<StudioDbContext, Task<T>> query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Retrying.RunAsync(
            provider,
            async () =>
            {
                await using var db = await OpenForReadingAsync(cancellation);
                return await query(db);
            },
            cancellation);
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

    /// <summary>
    /// The same for work that comes to the same however often it is done, such as by an id that its caller chose: after a
    /// deadlock or a broken connection it is done again, even if the first commit may have been the lost answer.
    /// </summary>
    public Task<T> WriteAgainAsync<T>(Func<StudioDbContext, Task<T>> work, CancellationToken cancellation) =>
        Retrying.RunAsync(provider, () => WriteAsync(work, cancellation), cancellation);

    /// <inheritdoc cref="IDatabaseProvider.WriteRepeatableAsync{T}"/>
    public async Task<T> WriteRepeatableAsync<T>(Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await provider.WriteRepeatableAsync(db, work, cancellation);
    }

    /// <summary>
    /// Writes rows by <see cref="WriteRepeatableAsync{T}"/>, from the first on. Where the engine has one writer, the
    /// transaction ends as soon as somebody waits for it, and the rest follows in another. A part that had to give way to
    /// somebody who locks in another order is written again.
    /// </summary>
    /// <param name="rows">What is written; each row by itself, so that any part of them may be committed without the rest.</param>
    /// <param name="write">Writes a part of them.</param>
    /// <param name="cancellation">Stops between two parts.</param>
    public async Task WriteInPartsAsync<T>(IReadOnlyList<T> rows, Func<StudioDbContext, IReadOnlyList<T>, Task> write, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(write);
        for (var done = 0; done < rows.Count;)
        {
            var from = done;
            done = await Retrying.RunAsync(provider, () => WriteRepeatableAsync(
                async db =>
                {
                    var to = from;
                    do
                    {
                        IReadOnlyList<T> part = [.. rows.Skip(to).Take(provider.RowsBetweenLooks)];
                        await write(db, part);
                        to += part.Count;
                    }
                    while (to < rows.Count && !provider.Awaited);

                    return to;
                },
                cancellation), cancellation);
        }
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

    /// <inheritdoc cref="IDatabaseProvider.StatementAsync{T}"/>
    /// <remarks>Done again as by <see cref="WriteAgainAsync{T}"/>: a claim whose answer got lost comes back in line with its lease.</remarks>
    public Task<T> StatementAsync<T>(Func<StudioDbContext, Task<T>> statement, CancellationToken cancellation) =>
        Retrying.RunAsync(provider, () => provider.StatementAsync(contexts.CreateDbContextAsync, statement, cancellation), cancellation);

    /// <inheritdoc cref="IDatabaseProvider.ShortWriteAsync{T}"/>
    /// <remarks>Done again as by <see cref="WriteAgainAsync{T}"/>.</remarks>
    public Task<T> ShortWriteAsync<T>(Func<StudioDbContext, Task<T>> work, CancellationToken cancellation) =>
        Retrying.RunAsync(provider, () => provider.ShortWriteAsync(contexts.CreateDbContextAsync, work, cancellation), cancellation);

    /// <summary>Brings the schema up to date, under a lock.</summary>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await provider.MigrateAsync(db, cancellation);
    }
}
