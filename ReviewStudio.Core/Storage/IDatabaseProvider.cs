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
    /// Runs <paramref name="work"/> in one write transaction on a fresh context and commits it. The work may run again
    /// when the engine asks for a retry, so it must not keep state outside the context.
    /// </summary>
    Task<T> WriteAsync<T>(Func<StudioDbContext, Task<T>> work, CancellationToken cancellation);
}
