using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// Settings that SQLite keeps per connection: what is acknowledged survives a power cut, except in a database that is
/// thrown away.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public static readonly SqlitePragmas Durable = new("FULL", "NORMAL");
    public static readonly SqlitePragmas Scratch = new("OFF", "OFF");

    private readonly string _settings;
    private readonly string _writing;

    private SqlitePragmas(string synchronous, string writing) => (_settings, _writing) = (Settings(synchronous, 16), Settings(writing, 64));

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = _settings;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = _settings;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// For the one connection that writes. Its commits do not wait for the disk: whoever commits has the log flushed
    /// afterwards, beside the writers (see <see cref="SqliteLog"/>). Its cache holds the indexes of a few hundred thousand
    /// tasks; ranking a million anew takes a third longer with a cache as small as the readers have.
    /// </summary>
    public void SetForWriting(SqliteConnection connection) =>
        SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_exec(connection.Handle, _writing), connection.Handle);

    /// <summary>Checkpoints are made beside the writers; SQLite's own come only where those do not keep up.</summary>
    private static string Settings(string synchronous, int cacheMegabytes) =>
        $"PRAGMA synchronous={synchronous}; PRAGMA cache_size=-{cacheMegabytes * 1024}; PRAGMA wal_autocheckpoint=250000; PRAGMA temp_store=MEMORY;";
}
