using Hangfire;
using Hangfire.SqlServer;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>Hangfire's queue in the same database, in a schema of its own: it outlives every process (law 8).</summary>
public static class SqlServerJobStorage
{
    /// <param name="hangfire">What is being configured.</param>
    /// <param name="connectionString">The studio's connection string.</param>
    public static void Use(IGlobalConfiguration hangfire, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(hangfire);
        hangfire.UseSqlServerStorage(connectionString, Options());
    }

    /// <summary>Without a sliding timeout and coarse locks, as Hangfire advises since its schema 7.</summary>
    internal static SqlServerStorageOptions Options() => new()
    {
        SchemaName = "hangfire",
        QueuePollInterval = TimeSpan.FromSeconds(1),
        SlidingInvisibilityTimeout = TimeSpan.FromMinutes(5),
        CommandBatchMaxTimeout = TimeSpan.FromMinutes(5),
        UseRecommendedIsolationLevel = true,
        DisableGlobalLocks = true,
    };
}
