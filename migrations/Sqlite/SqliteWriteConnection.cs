using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;
using SQLitePCL;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// The connection that all writes go through, one after the other. SQLite throws away what a connection has in its cache as
/// soon as another one has written: with a connection for each write, every one of them began with an empty cache. Touched by
/// the gate's holder alone.
/// </summary>
internal sealed class SqliteWriteConnection(string connectionString, SqlitePragmas pragmas)
{
    private const int MostOpenings = 1_000;

    private SqliteConnection? _connection;

    /// <summary>Has the context work on it for good.</summary>
    public async Task TakeAsync(StudioDbContext db)
    {
        if (_connection is { State: ConnectionState.Open } open && db.Database.GetDbConnection() == open)
        {
            return;
        }

        // EF's driver adds functions to the connections that it makes; so it is to be one of those.
        _connection ??= (SqliteConnection)db.Database.GetDbConnection();
        await SetAsync(db, _connection, owns: false).ConfigureAwait(false);
        if (_connection.State != ConnectionState.Open)
        {
            await _connection.OpenAsync(CancellationToken.None).ConfigureAwait(false);
            pragmas.SetForWriting(_connection);
        }
    }

    /// <summary>Has the context work on it while <paramref name="work"/> runs, and then on its own again.</summary>
    public async Task<T> LendAsync<T>(StudioDbContext db, Func<Task<T>> work)
    {
        var own = (SqliteConnection)db.Database.GetDbConnection();
        try
        {
            await TakeAsync(db).ConfigureAwait(false);
            return await work().ConfigureAwait(false);
        }
        finally
        {
            EndTransaction();
            await SetAsync(db, own == _connection ? null : own, owns: true).ConfigureAwait(false);
            if (own == _connection)
            {
                db.Database.SetConnectionString(connectionString);
            }
        }
    }

    /// <summary>Closes it; the next write opens it anew.</summary>
    public void Drop()
    {
        EndTransaction();
        _connection?.Close();
    }

    /// <summary>
    /// EF counts how often a connection was opened and lets none be changed before as many closings. A context of the pool
    /// keeps the count when somebody gave it back open.
    /// </summary>
    private static async Task SetAsync(StudioDbContext db, SqliteConnection? connection, bool owns)
    {
        for (var openings = 0; ; openings++)
        {
            try
            {
                db.Database.SetDbConnection(connection, owns);
                return;
            }
            catch (InvalidOperationException) when (openings < MostOpenings)
            {
                await db.Database.CloseConnectionAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>What nobody took back must not become part of the next write. The driver would keep it open with the handle in its pool.</summary>
    private void EndTransaction()
    {
        if (_connection is { State: ConnectionState.Open, Handle: { } handle } && raw.sqlite3_get_autocommit(handle) == 0)
        {
            _ = raw.sqlite3_exec(handle, "ROLLBACK");
        }
    }
}
