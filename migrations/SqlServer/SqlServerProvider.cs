using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>SQL Server, for organisations that operate one.</summary>
public sealed class SqlServerProvider(string connectionString) : IDatabaseProvider
{
    /// <inheritdoc />
    public string Name => "SqlServer";

    /// <inheritdoc />
    public void Configure(DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.UseSqlServer(connectionString, server => server.MigrationsAssembly(typeof(SqlServerProvider).Assembly.GetName().Name));
    }

    /// <inheritdoc />
    public Task MigrateAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);

        // EF takes sp_getapplock for the session, which ends with a killed process.
        return db.Database.MigrateAsync(cancellation);
    }

    /// <inheritdoc />
    public async Task<T> WriteAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(work);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var result = await work(db);
        await transaction.CommitAsync(cancellation);
        return result;
    }
}
