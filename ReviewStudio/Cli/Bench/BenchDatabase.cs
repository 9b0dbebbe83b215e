using System.CommandLine;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli.Bench;

/// <summary>The database of a measurement: the named one, or on PostgreSQL a private server that goes with it.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly PostgreSqlCluster? _cluster;

    private BenchDatabase(string provider, string? connection, PostgreSqlCluster? cluster) => (Provider, Connection, _cluster) = (provider, connection, cluster);

    public string Provider { get; }

    public string? Connection { get; }

    /// <summary>What tells a host of it.</summary>
    public string[] Arguments => [$"--Storage:Provider={Provider}", $"--Storage:ConnectionString={Connection}"];

    /// <exception cref="RefusedException">There is no connection string, and no server can be started instead.</exception>
    public static async Task<BenchDatabase> OpenAsync(ParseResult parsed, BenchOptions options)
    {
        var provider = parsed.GetValue(options.Provider)!;
        if (parsed.GetValue(options.Connection) is { } connection || !string.Equals(provider, nameof(StorageProvider.PostgreSql), StringComparison.OrdinalIgnoreCase))
        {
            return new BenchDatabase(provider, parsed.GetValue(options.Connection), null);
        }

        var cluster = await PostgreSqlCluster.StartAsync(PostgreSqlCluster.Durable)
            ?? throw new RefusedException("bench.postgresql", "PostgreSQL is not installed here (Debian: apt-get install postgresql). Or name a server with --connection.");
        return new BenchDatabase(provider, cluster.ConnectionString("bench"), cluster);
    }

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
