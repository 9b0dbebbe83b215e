using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Storage;
using IDatabaseProvider = ReviewStudio.Core.Storage.IDatabaseProvider;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>SQL Server, for organisations that operate one.</summary>
public sealed class SqlServerProvider(string connectionString) : IDatabaseProvider
{
    /// <summary>A negative answer means that the lock was not given, such as to the victim of a deadlock.</summary>
    internal const string LockSql = """
        DECLARE @given int;
        EXEC @given = sp_getapplock @Resource = {0}, @LockMode = {1}, @LockOwner = 'Transaction', @LockTimeout = -1;
        IF @given < 0 THROW 50000, 'The lock was not given.', 1;
        """;

    /// <inheritdoc />
    public string Name => "SqlServer";

    /// <inheritdoc />
    public void Configure(DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.UseSqlServer(connectionString, server => server.MigrationsAssembly(typeof(SqlServerProvider).Assembly.GetName().Name))
            .ReplaceService<IModelCustomizer, SqlServerModel>();
    }

    /// <inheritdoc />
    public Task MigrateAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);

        // EF takes sp_getapplock for the session, which ends with a killed process.
        return db.Database.MigrateAsync(cancellation);
    }

    /// <inheritdoc />
    public bool IsPassing(Exception fault) => SqlServerFaults.Pass(fault);

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

    /// <inheritdoc />
    public Task LockAsync(StudioDbContext db, string name, LockKind kind, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.Database.ExecuteSqlRawAsync(LockSql, [name, kind == LockKind.Shared ? "Shared" : "Exclusive"], cancellation);
    }

    /// <inheritdoc />
    public Task HoldRowAsync<T>(StudioDbContext db, long id, CancellationToken cancellation)
        where T : Entity
    {
        ArgumentNullException.ThrowIfNull(db);
        var table = db.GetService<ISqlGenerationHelper>().DelimitIdentifier(db.Model.FindEntityType(typeof(T))!.GetTableName()!);
        return db.Database.ExecuteSqlRawAsync(HoldRowSql(table), [id], cancellation);
    }

    /// <inheritdoc />
    public Task InsertAsync<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count < SqlServerInserts.Few ? ManyRows.InsertTrackedAsync(db, rows, cancellation) : SqlServerInserts.RunAsync(db, rows, cancellation);
    }

    internal static string HoldRowSql(string table) => $"SELECT 1 FROM {table} WITH (UPDLOCK, ROWLOCK) WHERE [Id] = {{0}}";
}
