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
    public static readonly SqlitePragmas Durable = new("FULL");
    public static readonly SqlitePragmas Scratch = new("OFF");

    /// <summary>Checkpoints are made beside the writers; SQLite's own come only where those do not keep up.</summary>
    private readonly string _settings;

    private SqlitePragmas(string synchronous) =>
        _settings = $"PRAGMA synchronous={synchronous}; PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=64000; PRAGMA temp_store=MEMORY;";

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
    /// From here on commits of the connection do not wait for the disk: whoever commits has the log flushed afterwards,
    /// beside the writers (see <see cref="SqliteLog"/>).
    /// </summary>
    public void FlushLater(DbConnection connection) => Set(connection, "NORMAL");

    /// <summary>From here on they do again.</summary>
    public void FlushWithin(DbConnection connection) => Set(connection, "FULL");

    /// <summary>This setting takes effect when it is read, not when it is run: a statement that is kept would set nothing.</summary>
    private void Set(DbConnection connection, string synchronous)
    {
        var handle = ((SqliteConnection)connection).Handle;
        if (this == Durable)
        {
            SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_exec(handle, $"PRAGMA synchronous={synchronous}"), handle);
        }
    }
}
