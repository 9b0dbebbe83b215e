using System.Data.Common;
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

    private readonly string _settings;

    private SqlitePragmas(string synchronous) =>
        _settings = $"PRAGMA synchronous={synchronous}; PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=8000; PRAGMA temp_store=MEMORY;";

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
}
