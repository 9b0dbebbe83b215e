using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using IDatabaseProvider = ReviewStudio.Core.Storage.IDatabaseProvider;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>PostgreSQL: many writers at a time, so what must not cross is kept apart by locks that end with the transaction.</summary>
public sealed class PostgreSqlProvider : IDatabaseProvider
{
    /// <summary>The advisory lock of migrations: one key, far from those that names are hashed to.</summary>
    private const long MigrationLock = 0x52_53_4D_49_47;

    private static readonly TrackedRows Tracked = new(i => FormattableString.Invariant($"${i + 1}"));

    /// <summary>Contexts whose transaction was committed with its last statements.</summary>
    private readonly ConditionalWeakTable<StudioDbContext, object> _finished = [];

    private readonly TaskChanges _taskChanges = new();

    private readonly ShortWrites _short;
    private readonly string _connectionString;

    /// <param name="connectionString">An Npgsql connection string; the database is made if it is missing and the account may.</param>
    public PostgreSqlProvider(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (builder.MaxAutoPrepare == 0)
        {
            // Planning a claim over many lanes costs more than running it, and the same few statements come again and again.
            builder.MaxAutoPrepare = 200;

            // Whatever comes twice comes often. Until it is prepared each connection plans it anew.
            builder.AutoPrepareMinUsages = 2;
        }

        if (!builder.ShouldSerialize("Connection Idle Lifetime"))
        {
            // All connections are used in turns, and each has caches of its own to warm: those of a rush are let go soon.
            builder.ConnectionIdleLifetime = 60;
        }

        if (!builder.ShouldSerialize("Read Buffer Size"))
        {
            // Vectors are a kilobyte each, and each full buffer is another wait for the socket.
            builder.ReadBufferSize = 32 * 1024;
        }

        // Nothing is left in a session: locks end with their transactions, and the one of migrations is given back. Without
        // this the server clears up for every operation anew.
        builder.NoResetOnClose = true;

        builder.ApplicationName ??= "ReviewStudio";
        _connectionString = builder.ToString();
        _short = new ShortWrites(builder);
    }

    /// <summary>Where the lanes' pending tasks begin, as this process knows.</summary>
    internal LaneFloors Floors { get; } = new();

    /// <inheritdoc />
    public string Name => "PostgreSql";

    /// <inheritdoc />
    public void Configure(DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.UseNpgsql(_connectionString, server => server.MigrationsAssembly(typeof(PostgreSqlProvider).Assembly.GetName().Name))
            .ReplaceService<IModelCustomizer, PostgreSqlModel>().AddInterceptors(_taskChanges);
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
    public bool IsPassing(Exception fault) => PostgreSqlFaults.Pass(fault);

    /// <inheritdoc />
    public async Task<T> WriteAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(work);

        // A write is all or nothing: nobody goes on after a failed save, so none needs a savepoint.
        db.Database.AutoSavepointsEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var result = await work(db);
        if (!_finished.Remove(db))
        {
            await transaction.CommitAsync(cancellation);
        }

        if (_taskChanges.Take(db) is { } lowest)
        {
            Floors.Lower(lowest);
        }

        return result;
    }

    /// <inheritdoc />
    public Task<T> StatementAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> statement, CancellationToken cancellation) =>
        _short.ClaimAsync(open, statement, cancellation);

    /// <inheritdoc />
    public Task<T> ShortWriteAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation) =>
        _short.VerdictAsync(open, db => WriteAsync(db, work, cancellation), cancellation);

    /// <inheritdoc />
    public async Task FinishAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        if (Tracked.Read(db) is not { } statements)
        {
            await db.SaveChangesAsync(cancellation);
            return;
        }

        if (db.ChangeTracker.Entries<ReviewTask>().Any(t => t.State == EntityState.Added || t.Entity.State == TaskState.Pending))
        {
            _taskChanges.Note(db);
        }

        var transaction = (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection(), transaction);
        await using var maker = new NpgsqlCommand();
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            foreach (var (mapping, value, nullable) in statement.Values)
            {
                command.Parameters.Add((NpgsqlParameter)mapping.CreateParameter(maker, "", value, nullable));
            }

            batch.BatchCommands.Add(command);
        }

        // After an error the server skips what follows, the commit too.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await batch.ExecuteNonQueryAsync(cancellation);
        _finished.Add(db, batch);
        db.ChangeTracker.Clear();
    }

    /// <inheritdoc />
    public Task<T> WriteRepeatableAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        return WriteAsync(
            db,
            async inside =>
            {
                await inside.Database.ExecuteSqlRawAsync("SET LOCAL synchronous_commit = off", cancellation);
                return await work(inside);
            },
            cancellation);
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

    /// <inheritdoc />
    public Task InsertAsync<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(rows);
        if (typeof(T) == typeof(ReviewTask))
        {
            _taskChanges.Note(db);
        }

        return rows.Count < PostgreSqlInserts.Few ? ManyRows.InsertTrackedAsync(db, rows, cancellation) : PostgreSqlInserts.RunAsync(db, rows, cancellation);
    }

    /// <summary>Closes the connections that are kept open, so that the database can be dropped.</summary>
    public void Release()
    {
        foreach (var pool in new[] { _connectionString, _short.ConnectionString })
        {
            using var connection = new NpgsqlConnection(pool);
            NpgsqlConnection.ClearPool(connection);
        }
    }

    /// <summary>Tells that the context's transaction gives tasks ranks from this on, by statements of its own.</summary>
    internal void NoteTaskChange(StudioDbContext db, double lowest) => _taskChanges.Note(db, lowest);

    /// <summary>Has the floors of lanes looked up beside the claims, if they are due.</summary>
    internal void RefreshFloors(IEnumerable<long> lanes) => Floors.Refresh(lanes, LookAsync);

    private async Task<Dictionary<long, double>> LookAsync(long[] lanes)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(PostgreSqlQueueStatements.FloorSql, connection);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = lanes });
        await using var reader = await command.ExecuteReaderAsync();
        var floors = new Dictionary<long, double>();
        while (await reader.ReadAsync())
        {
            floors[reader.GetInt64(0)] = reader.GetDouble(1);
        }

        return floors;
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
