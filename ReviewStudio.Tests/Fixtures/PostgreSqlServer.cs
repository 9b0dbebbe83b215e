using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Tests.Fixtures;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace ReviewStudio.Tests.Fixtures;

/// <summary>
/// A PostgreSQL server of the test run's own: started when a test first asks for it, in a temporary folder, on a free
/// port of the loopback address, and ended with the run, even when that is killed.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Template = "studio_template";

    private static readonly Lazy<Task<PostgreSqlServer?>> Running = new(StartAsync);

    /// <summary>The shell waits for its input to close, which it does however the run ends.</summary>
    private const string Script = """
        set -e
        dir=$(mktemp -d)
        trap 'rm -rf "$dir"' EXIT
        "$1/initdb" -D "$dir" -U studio -A trust --encoding=UTF8 --locale=C --no-sync >/dev/null
        "$1/postgres" -D "$dir" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
            -c full_page_writes=off -c max_connections=300 -c autovacuum_naptime=2 >"$dir/log" 2>&1 </dev/null &
        server=$!
        until "$1/pg_isready" -q -h 127.0.0.1 -p "$2"; do kill -0 $server; sleep 0.1; done
        echo ready
        read -r _ || true
        kill -INT $server
        wait $server || true
        """;

    private readonly Process? _shell;
    private readonly int _port;

    /// <summary>For the runner, which disposes this at the end; nothing is started by it.</summary>
    public PostgreSqlServer()
    {
    }

    private PostgreSqlServer(Process shell, int port)
    {
        _shell = shell;
        _port = port;
    }

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
        if (_shell is not null)
        {
            _shell.StandardInput.Close();
            await _shell.WaitForExitAsync();
            _shell.Dispose();
        }
        else if (Running.IsValueCreated && await Running.Value is { } server)
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<PostgreSqlServer?> StartAsync()
    {
        var folder = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        if (folder is null)
        {
            return null;
        }

        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();

        // The server refuses to run as root; its package brings an account for it.
        string[] command = ["sh", "-c", Script, "sh", folder, $"{port}"];
        var arguments = string.Equals(Environment.UserName, "root", StringComparison.Ordinal) ? ["runuser", "-u", "postgres", "--", .. command] : command;
        var shell = Process.Start(new ProcessStartInfo(arguments[0], arguments[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        if (!string.Equals(await shell.StandardOutput.ReadLineAsync(), "ready", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"PostgreSQL is installed in {folder}, but did not start.");
        }

        var server = new PostgreSqlServer(shell, port);
        await server.MakeTemplateAsync();
        return server;
    }

    private async Task MakeTemplateAsync()
    {
        var provider = new PostgreSqlProvider(ConnectionString(Template));
        var options = new DbContextOptionsBuilder<StudioDbContext>();
        provider.Configure(options);
        await using (var db = new StudioDbContext(options.Options))
        {
            await provider.MigrateAsync(db, CancellationToken.None);
        }

        NpgsqlConnection.ClearAllPools();
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=studio;Database={database};Include Error Detail=true";
}
