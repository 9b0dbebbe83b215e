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
}
