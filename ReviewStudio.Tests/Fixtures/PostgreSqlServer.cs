using Npgsql;
using ReviewStudio.Cli.Bench;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Tests.Fixtures;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace ReviewStudio.Tests.Fixtures;

/// <summary>
/// A PostgreSQL server of the test run's own: started when a test first asks for it and ended with the run, even when
/// that is killed.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Template = "studio_template";

    private static readonly Lazy<Task<PostgreSqlServer?>> Running = new(StartAsync);

    private readonly PostgreSqlCluster? _cluster;

    /// <summary>For the runner, which disposes this at the end; nothing is started by it.</summary>
    public PostgreSqlServer()
    {
    }

    private PostgreSqlServer(PostgreSqlCluster cluster) => _cluster = cluster;

    /// <summary>The connection string of a new, migrated, empty database; skips the test where no server is installed.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        var server = await Running.Value;
        Assert.SkipWhen(server is null, "PostgreSQL is not installed");
        var name = $"studio_{Guid.NewGuid():N}";
        await server.RunAsync($"CREATE DATABASE {name} TEMPLATE {Template}");
        return server.ConnectionString(name);
    }

    public static async Task DropAsync(string connectionString)
    {
        var server = await Running.Value;
        new PostgreSqlProvider(connectionString).Release();
        await server!.RunAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
        else if (Running.IsValueCreated && await Running.Value is { } server)
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<PostgreSqlServer?> StartAsync()
    {
        if (await PostgreSqlCluster.StartAsync(["fsync=off", "full_page_writes=off", "max_connections=300", "autovacuum_naptime=2"]) is not { } cluster)
        {
            return null;
        }

        var server = new PostgreSqlServer(cluster);
        await server.MakeTemplateAsync();
        return server;
    }

    private async Task MakeTemplateAsync()
    {
        await TestEngine.MigrateAsync(new PostgreSqlProvider(ConnectionString(Template)));
        NpgsqlConnection.ClearAllPools();
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database) => _cluster!.ConnectionString(database);
}
