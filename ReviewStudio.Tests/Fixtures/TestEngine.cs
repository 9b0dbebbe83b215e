using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Migrations.Sqlite;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>The database engine that a test runs on.</summary>
public abstract class TestEngine
{
    public static TestEngine Sqlite { get; } = new OnSqlite();

    /// <summary>Tests on it are skipped where no server is installed.</summary>
    public static TestEngine PostgreSql { get; } = new OnPostgreSql();

    /// <summary>An empty database: its provider, its statements, and how it is put away.</summary>
    /// <param name="folder">Where an engine of files keeps it.</param>
    public abstract Task<(IDatabaseProvider Provider, IQueueStatements Statements, Func<Task> Drop)> OpenAsync(string folder);

    private sealed class OnSqlite : TestEngine
    {
        public override Task<(IDatabaseProvider Provider, IQueueStatements Statements, Func<Task> Drop)> OpenAsync(string folder) =>
            Task.FromResult<(IDatabaseProvider, IQueueStatements, Func<Task>)>((
                new SqliteProvider($"Data Source={Path.Combine(folder, "studio.db")}"), new SqliteQueueStatements(), () => Task.CompletedTask));
    }

    private sealed class OnPostgreSql : TestEngine
    {
        public override async Task<(IDatabaseProvider Provider, IQueueStatements Statements, Func<Task> Drop)> OpenAsync(string folder)
        {
            var connection = await PostgreSqlServer.NewDatabaseAsync();
            return (new PostgreSqlProvider(connection), new PostgreSqlQueueStatements(), () => PostgreSqlServer.DropAsync(connection));
        }
    }
}
