using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Storage;
using SQLitePCL;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>Prepared commands of a connection, kept by their text: SQLite prepares a command for every run otherwise.</summary>
internal static class SqliteCommands
{
    /// <summary>Texts kept a connection; beyond them all are forgotten.</summary>
    private const int Kept = 200;

    private static readonly ConditionalWeakTable<SqliteConnection, Prepared> Connections = [];

    /// <summary>The command, in the context's transaction and without parameters. It is the connection's: nobody disposes it.</summary>
    public static SqliteCommand Of(StudioDbContext db, string sql)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var command = Connections.GetOrCreateValue(connection).Of(connection, sql);
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        command.Parameters.Clear();
        return command;
    }

    /// <summary>
    /// A connection that is closed and opened again may stand on another of the driver's handles, and a prepared command would
    /// still run on the one before, outside of the transaction, or wait there for the transaction that it belongs to.
    /// </summary>
    private sealed class Prepared
    {
        private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
        private sqlite3? _handle;

        public SqliteCommand Of(SqliteConnection connection, string sql)
        {
            if (_commands.Count >= Kept || !ReferenceEquals(_handle, connection.Handle))
            {
                foreach (var old in _commands.Values)
                {
                    old.Dispose();
                }

                _commands.Clear();
                _handle = connection.Handle;
            }

            if (!_commands.TryGetValue(sql, out var command))
            {
                _commands[sql] = command = connection.CreateCommand();
                command.CommandText = sql;
            }

            return command;
        }
    }
}
