using System.Data;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;
using SQLitePCL;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// A statement that runs for row after row of a transaction, its parameters bound by place from 1 on. The driver's commands
/// make half a kilobyte of objects for each run, and whoever changes millions of rows keeps the collector stopping everybody.
/// </summary>
internal sealed class SqliteRowStatement
{
    private static readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, SqliteRowStatement>> Connections = [];

    private readonly sqlite3 _handle;
    private readonly sqlite3_stmt _statement;

    private SqliteRowStatement(sqlite3 handle, string sql)
    {
        _handle = handle;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(handle, sql, out _statement), handle);
    }

    /// <summary>The statement on the context's open connection, in whose transaction it runs. It is the connection's, until that is closed.</summary>
    public static SqliteRowStatement Of(StudioDbContext db, string sql)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var statements = Connections.GetValue(connection, Keep);
        return statements.TryGetValue(sql, out var kept) ? kept : statements[sql] = new SqliteRowStatement(connection.Handle!, sql);
    }

    public void Bind(int place, long value) => Check(raw.sqlite3_bind_int64(_statement, place, value));

    public void Bind(int place, double value) => Check(raw.sqlite3_bind_double(_statement, place, value));

    public void Bind(int place, byte[] value) => Check(raw.sqlite3_bind_blob(_statement, place, value));

    /// <summary>Runs it with what is bound.</summary>
    /// <returns>Rows that it changed.</returns>
    /// <exception cref="SqliteException">The engine refuses.</exception>
    public int Run()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if (result != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(result, _handle);
        }

        return raw.sqlite3_changes(_handle);
    }

    /// <summary>A closed connection goes back to the driver's pool, or for good: nothing of it may be open then.</summary>
    private static Dictionary<string, SqliteRowStatement> Keep(SqliteConnection connection)
    {
        var statements = new Dictionary<string, SqliteRowStatement>(StringComparer.Ordinal);
        connection.StateChange += (_, change) =>
        {
            if (change.CurrentState == ConnectionState.Closed)
            {
                foreach (var statement in statements.Values)
                {
                    statement._statement.Dispose();
                }

                statements.Clear();
            }
        };
        return statements;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _handle);
}
