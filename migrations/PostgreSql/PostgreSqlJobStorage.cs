using Hangfire;
using Hangfire.PostgreSql;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>Hangfire's queue in the same database, in a schema of its own: it outlives every process (law 8).</summary>
public static class PostgreSqlJobStorage
{
    /// <param name="hangfire">What is being configured.</param>
    /// <param name="connectionString">The studio's connection string.</param>
    public static void Use(IGlobalConfiguration hangfire, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(hangfire);
        hangfire.UsePostgreSqlStorage(
            storage => storage.UseNpgsqlConnection(connectionString),
            new PostgreSqlStorageOptions { SchemaName = "hangfire", QueuePollInterval = TimeSpan.FromSeconds(1) });
    }
}
