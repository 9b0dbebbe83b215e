using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using ReviewStudio.Core.Storage;
using IDatabaseProvider = ReviewStudio.Core.Storage.IDatabaseProvider;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>PostgreSQL: many writers at a time, so what must not cross is kept apart by locks that end with the transaction.</summary>
public sealed class PostgreSqlProvider : IDatabaseProvider
{
    /// <summary>The advisory lock of migrations: one key, far from those that names are hashed to.</summary>
    private const long MigrationLock = 0x52_53_4D_49_47;

    private readonly string _connectionString;

    /// <param name="connectionString">An Npgsql connection string; the database is made if it is missing and the account may.</param>
    public PostgreSqlProvider(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (builder.MaxAutoPrepare == 0)
        {
            // Planning a claim over many lanes costs more than running it, and the same few statements come again and again.
            builder.MaxAutoPrepare = 100;
        }

        builder.ApplicationName ??= "ReviewStudio";
        _connectionString = builder.ToString();
    }

    /// <inheritdoc />
    public string Name => "PostgreSql";

    /// <inheritdoc />
    public void Configure(DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.UseNpgsql(_connectionString, server => server.MigrationsAssembly(typeof(PostgreSqlProvider).Assembly.GetName().Name))
            .ReplaceService<IModelCustomizer, PostgreSqlModel>();
    }

    /// <inheritdoc />
    public async Task MigrateAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        await CreateMissingAsync(db, cancellation);

        // A lock of the session: it ends with a killed process.
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellation);
        await using var take = new NpgsqlCommand("SELECT pg_advisory_lock(@key)", connection) { CommandTimeout = 0 };
        take.Parameters.AddWithValue("key", MigrationLock);
        await take.ExecuteNonQueryAsync(cancellation);
        try
        {
            // Else the first look into an empty database is logged as an error.
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellation);
            await db.Database.MigrateAsync(cancellation);
        }
        finally
        {
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock(@key)", connection);
            release.Parameters.AddWithValue("key", MigrationLock);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
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

    /// <inheritdoc />
    public Task LockAsync(StudioDbContext db, string name, LockKind kind, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return kind == LockKind.Shared
            ? db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared(hashtextextended({name}, 0))", cancellation)
            : db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({name}, 0))", cancellation);
    }

    /// <inheritdoc />
    public Task HoldRowAsync<T>(StudioDbContext db, long id, CancellationToken cancellation)
        where T : Entity
    {
        ArgumentNullException.ThrowIfNull(db);
        var table = db.GetService<ISqlGenerationHelper>().DelimitIdentifier(db.Model.FindEntityType(typeof(T))!.GetTableName()!);

        // NO KEY: rows that refer to this one may still be added beside it.
        var sql = $"SELECT 1 FROM {table} WHERE \"Id\" = {{0}} FOR NO KEY UPDATE";
        return db.Database.ExecuteSqlRawAsync(sql, [id], cancellation);
    }

    /// <summary>Closes the connections that are kept open, so that the database can be dropped.</summary>
    public void Release()
    {
        using var connection = new NpgsqlConnection(_connectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    private static async Task CreateMissingAsync(StudioDbContext db, CancellationToken cancellation)
    {
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(cancellation))
        {
            return;
        }

        try
        {
            await creator.CreateAsync(cancellation);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process that starts at the same moment was first.
        }
    }
}
