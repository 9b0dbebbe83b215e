using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Migrations.Sqlite;
using ReviewStudio.Migrations.SqlServer;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>The database engine that a test runs on.</summary>
public abstract class TestEngine
{
    public static TestEngine Sqlite { get; } = new OnSqlite();

    /// <summary>Tests on it are skipped where no server is installed.</summary>
    public static TestEngine PostgreSql { get; } = new OnPostgreSql();

    /// <summary>Tests on it are skipped where <see cref="SqlServerDatabase.Variable"/> names no server.</summary>
    public static TestEngine SqlServer { get; } = new OnSqlServer();

    /// <summary>An empty database with its tables: its provider, its statements, and how it is put away.</summary>
    /// <param name="folder">Where an engine of files keeps it.</param>
    public abstract Task<(IDatabaseProvider Provider, IQueueStatements Statements, IReviewStatements Review, Func<Task> Drop)> OpenAsync(string folder);

    /// <summary>Makes the tables, or brings them up to date.</summary>
    public static async Task MigrateAsync(IDatabaseProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var options = new DbContextOptionsBuilder<StudioDbContext>();
        provider.Configure(options);
        await using var db = new StudioDbContext(options.Options);
        await provider.MigrateAsync(db, CancellationToken.None);
    }

    private sealed class OnSqlite : TestEngine
    {
        // Making the tables takes a quarter of a second, copying them a few milliseconds.
        private static readonly Lazy<Task<byte[]>> Migrated = new(MakeAsync);

        public override async Task<(IDatabaseProvider Provider, IQueueStatements Statements, IReviewStatements Review, Func<Task> Drop)> OpenAsync(string folder)
        {
            var file = Path.Combine(folder, "studio.db");
            if (!File.Exists(file))
            {
                await File.WriteAllBytesAsync(file, await Migrated.Value);
            }

            var provider = new SqliteProvider($"Data Source={file}");
            Task DropAsync()
            {
                provider.Release();
                return Task.CompletedTask;
            }

            return (provider, new SqliteQueueStatements(), new SqliteReviewStatements(), DropAsync);
        }

        private static async Task<byte[]> MakeAsync()
        {
            var folder = Directory.CreateTempSubdirectory("reviewstudio-tests-");
            var file = Path.Combine(folder.FullName, "studio.db");
            var provider = new SqliteProvider($"Data Source={file}");
            await MigrateAsync(provider);
            // The last connection that closes takes the log into the file.
            provider.Release();
            var bytes = await File.ReadAllBytesAsync(file);
            folder.Delete(recursive: true);
            return bytes;
        }
    }

    private sealed class OnPostgreSql : TestEngine
    {
        public override async Task<(IDatabaseProvider Provider, IQueueStatements Statements, IReviewStatements Review, Func<Task> Drop)> OpenAsync(string folder)
        {
            var connection = await PostgreSqlServer.NewDatabaseAsync();
            return (new PostgreSqlProvider(connection), new PostgreSqlQueueStatements(), new PostgreSqlReviewStatements(), () => PostgreSqlServer.DropAsync(connection));
        }
    }

    private sealed class OnSqlServer : TestEngine
    {
        public override async Task<(IDatabaseProvider Provider, IQueueStatements Statements, IReviewStatements Review, Func<Task> Drop)> OpenAsync(string folder)
        {
            var connection = SqlServerDatabase.New();
            var provider = new SqlServerProvider(connection);
            await MigrateAsync(provider);
            return (provider, new SqlServerQueueStatements(), new SqlServerReviewStatements(), () => SqlServerDatabase.DropAsync(connection));
        }
    }
}
