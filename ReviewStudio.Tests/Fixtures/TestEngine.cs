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

    /// <summary>An empty database: its provider, its statements, and how it is put away.</summary>
    /// <param name="folder">Where an engine of files keeps it.</param>
    public abstract Task<(IDatabaseProvider Provider, IQueueStatements Statements, IReviewStatements Review, Func<Task> Drop)> OpenAsync(string folder);

    private sealed class OnSqlite : TestEngine
    {
        public override Task<(IDatabaseProvider Provider, IQueueStatements Statements, IReviewStatements Review, Func<Task> Drop)> OpenAsync(string folder)
        {
            var provider = new SqliteProvider($"Data Source={Path.Combine(folder, "studio.db")}");
            Task DropAsync()
            {
                provider.Release();
                return Task.CompletedTask;
            }

            return Task.FromResult<(IDatabaseProvider, IQueueStatements, IReviewStatements, Func<Task>)>((
                provider, new SqliteQueueStatements(), new SqliteReviewStatements(), DropAsync));
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
        public override Task<(IDatabaseProvider Provider, IQueueStatements Statements, IReviewStatements Review, Func<Task> Drop)> OpenAsync(string folder)
        {
            var connection = SqlServerDatabase.New();
            return Task.FromResult<(IDatabaseProvider, IQueueStatements, IReviewStatements, Func<Task>)>((
                new SqlServerProvider(connection), new SqlServerQueueStatements(), new SqlServerReviewStatements(), () => SqlServerDatabase.DropAsync(connection)));
        }
    }
}
