using System.Collections.Concurrent;
using System.Data.Common;
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
    private static readonly ConcurrentDictionary<string, SqliteWriter> Writers = new(StringComparer.Ordinal);
    private static readonly TrackedRows Tracked = new(i => FormattableString.Invariant($"@p{i}"));

    private readonly string _connectionString;
    private readonly string _file;
    private readonly SqliteWriter _writer;
    private readonly SqliteWriteConnection _connection;
    private readonly SqliteCommitGroup _group;
    private readonly SqlitePragmas _pragmas;
    private readonly bool _durable;

    /// <param name="connectionString">A SQLite connection string with a file as its data source.</param>
    /// <param name="scratch">The database is thrown away: commits need not outlive a power cut.</param>
    public SqliteProvider(string connectionString, bool scratch = false)
    {
        _durable = !scratch;
        _pragmas = scratch ? SqlitePragmas.Scratch : SqlitePragmas.Durable;
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true, Pooling = true };
        _file = Path.GetFullPath(builder.DataSource);
        builder.DataSource = _file;
        _connectionString = builder.ToString();
        _writer = Writers.GetOrAdd(_file, _ => new SqliteWriter(_connectionString, _file));
        _connection = new SqliteWriteConnection(_connectionString, _pragmas);
        _group = new SqliteCommitGroup(_writer, _connection);
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
        _group.Drop();
        _writer.Checkpoints.Finish();
        using (var connection = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        Writers.TryRemove(_file, out _);
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
    public Task<T> WriteAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation) =>
        WriteAsync(db, work, _durable, cancellation);

    /// <inheritdoc />
    /// <remarks>The next flush that somebody waits for takes it along, as all stand in the same log.</remarks>
    public Task<T> WriteRepeatableAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation) =>
        WriteAsync(db, work, durable: false, cancellation);

    /// <inheritdoc />
    public int RowsBetweenLooks => 8;

    /// <inheritdoc />
    public bool Awaited => _writer.Gate.ShortWaits;

    /// <inheritdoc />
    public Task<T> StatementAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> statement, CancellationToken cancellation) =>
        _group.RunAsync(open, statement, Writing.Claim, durable: false, cancellation);

    /// <inheritdoc />
    public Task<T> ShortWriteAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation) =>
        _group.RunAsync(open, work, Writing.Short, _durable, cancellation);

    /// <inheritdoc />
    public DbCommand Command(StudioDbContext db, string sql) => SqliteCommands.Of(db, sql);

    /// <inheritdoc />
    public async Task FinishAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        if (Tracked.Read(db) is not { } statements)
        {
            await db.SaveChangesAsync(cancellation);
            return;
        }

        foreach (var statement in statements)
        {
            var command = SqliteCommands.Of(db, statement.Sql);
            for (var i = 0; i < statement.Values.Count; i++)
            {
                var (mapping, value, nullable) = statement.Values[i];
                command.Parameters.Add((SqliteParameter)mapping.CreateParameter(command, FormattableString.Invariant($"@p{i}"), value, nullable));
            }

            command.ExecuteNonQuery();
        }

        db.ChangeTracker.Clear();
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

    private async Task<T> WriteAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, bool durable, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(work);
        T result;
        long commit;
        await _writer.Turn.WaitAsync(cancellation);
        try
        {
            // Work of threads that step back for others would step back with the gate in its hands.
            (result, commit) = TaskScheduler.Current is QuietThreads
                ? await Task.Run(() => CommitAsync(db, work, cancellation), cancellation)
                : await CommitAsync(db, work, cancellation);
        }
        finally
        {
            _writer.Turn.Release();
        }

        if (durable)
        {
            await _writer.Log.DurableAsync(commit);
        }

        return result;
    }

    private async Task<(T Result, long Commit)> CommitAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        await _writer.Gate.EnterAsync(Writing.Long, cancellation).ConfigureAwait(false);
        try
        {
            await _writer.CloseAsync(except: null).ConfigureAwait(false);
            return await _connection.LendAsync(db, () => CommitAtGateAsync(db, work, cancellation)).ConfigureAwait(false);
        }
        finally
        {
            _writer.Gate.Leave();
        }
    }

    private async Task<(T Result, long Commit)> CommitAtGateAsync<T>(StudioDbContext db, Func<StudioDbContext, Task<T>> work, CancellationToken cancellation)
    {
        // A write is all or nothing: nobody goes on after a failed save, so none needs a savepoint.
        db.Database.AutoSavepointsEnabled = false;

        // BEGIN IMMEDIATE: the write lock is taken here, not at the first write, so no upgrade can fail half-way.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var before = SQLitePCL.raw.sqlite3_total_changes(connection.Handle);
        var result = await work(db).ConfigureAwait(false);
        var rows = SQLitePCL.raw.sqlite3_total_changes(connection.Handle) - before;
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        _writer.Checkpoints.Committed(rows);
        return (result, _writer.Log.Committed());
    }
}
