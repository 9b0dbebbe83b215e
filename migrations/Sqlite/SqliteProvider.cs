using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// The embedded default: one file, write-ahead log, durable commits. SQLite lets one writer in at a time and makes the
/// others sleep, so writers of this process queue at a gate instead, in order and without sleeping.
/// </summary>
public sealed class SqliteProvider : IDatabaseProvider
{
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Gates = new(StringComparer.Ordinal);

    private readonly string _connectionString;
    private readonly string _file;
    private readonly SemaphoreSlim _gate;
    private readonly SqlitePragmas _pragmas;

    /// <param name="connectionString">A SQLite connection string with a file as its data source.</param>
    /// <param name="scratch">The database is thrown away: commits need not outlive a power cut.</param>
    public SqliteProvider(string connectionString, bool scratch = false)
    {
        _pragmas = scratch ? SqlitePragmas.Scratch : SqlitePragmas.Durable;
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true, Pooling = true };
        _file = Path.GetFullPath(builder.DataSource);
        builder.DataSource = _file;
        _connectionString = builder.ToString();
        _gate = Gates.GetOrAdd(_file, _ => new SemaphoreSlim(1, 1));
    }

    /// <inheritdoc />
    public string Name => "Sqlite";

    /// <inheritdoc />
    public void Configure(DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.UseSqlite(_connectionString, sqlite => sqlite.MigrationsAssembly(typeof(SqliteProvider).Assembly.GetName().Name))
            .AddInterceptors(_pragmas);
    }

    /// <summary>Closes the connections that are kept open and forgets the file, so that it can be moved or deleted.</summary>
    public void Release()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        Gates.TryRemove(_file, out _);
    }

    /// <inheritdoc />
    public async Task MigrateAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        await using var held = await FileLock.TakeAsync(_file + ".migrating", cancellation);

        // The write-ahead log is a property of the file. EF's own lock is a row that outlives a killed process: holding
        // the file lock, any such row is stale.
        await using (var connection = new SqliteConnection(_connectionString))
        {
            await connection.OpenAsync(cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL; DROP TABLE IF EXISTS \"__EFMigrationsLock\"";
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await db.Database.MigrateAsync(cancellation);
    }

    /// <inheritdoc />
    public async Task<T> WriteAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(work);
        await _gate.WaitAsync(cancellation);
        try
        {
            // BEGIN IMMEDIATE: the write lock is taken here, not at the first write, so no upgrade can fail half-way.
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var result = await work(db);
            await transaction.CommitAsync(cancellation);
            return result;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc />
    public Task LockAsync(StudioDbContext db, string name, LockKind kind, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc />
    public Task InsertAsync<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(rows);
        SqliteInserts.Run(db, rows, cancellation);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task HoldRowAsync<T>(StudioDbContext db, long id, CancellationToken cancellation)
        where T : Entity => Task.CompletedTask;
}
