using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ReviewStudio.Cli.Bench;

/// <summary>
/// A PostgreSQL server of this process's own: in a temporary folder, on a free port of the loopback address, ended and
/// deleted with the process, even when that is killed.
/// </summary>
public sealed class PostgreSqlCluster : IAsyncDisposable
{
    private const string Installed = "/usr/lib/postgresql";

    /// <summary>The shell waits for its input to close, which it does however the process ends.</summary>
    private const string Script = """
        set -e
        bin=$1; port=$2; shift 2
        dir=$(mktemp -d)
        trap 'rm -rf "$dir"' EXIT
        "$bin/initdb" -D "$dir" -U studio -A trust --encoding=UTF8 --locale=C --no-sync >/dev/null
        "$bin/postgres" -D "$dir" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= "$@" >"$dir/log" 2>&1 </dev/null &
        server=$!
        until "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do kill -0 $server; sleep 0.1; done
        echo ready
        read -r _ || true
        kill -INT $server
        wait $server || true
        """;

    private readonly Process _shell;
    private readonly int _port;

    private PostgreSqlCluster(Process shell, int port) => (_shell, _port) = (shell, port);

    /// <summary>What is acknowledged survives a power cut, as in production; sized as docs/scale.md advises.</summary>
    public static IReadOnlyList<string> Durable { get; } =
    [
        string.Create(CultureInfo.InvariantCulture, $"shared_buffers={GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / (1 << 20)}MB"),
        "max_wal_size=8GB", "checkpoint_timeout=15min", "random_page_cost=1.1", "autovacuum_naptime=5s", "max_connections=300",
    ];

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="settings">Settings of the server, as NAME=VALUE.</param>
    /// <returns>Null where PostgreSQL is not installed.</returns>
    public static async Task<PostgreSqlCluster?> StartAsync(IEnumerable<string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var folder = Directory.Exists(Installed)
            ? Directory.GetDirectories(Installed).Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
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
        string[] command = ["sh", "-c", Script, "sh", folder, $"{port}", .. settings.SelectMany(s => new[] { "-c", s })];
        var arguments = string.Equals(Environment.UserName, "root", StringComparison.Ordinal) ? ["runuser", "-u", "postgres", "--", .. command] : command;
        var shell = Process.Start(new ProcessStartInfo(arguments[0], arguments[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        return string.Equals(await shell.StandardOutput.ReadLineAsync(), "ready", StringComparison.Ordinal)
            ? new PostgreSqlCluster(shell, port)
            : throw new InvalidOperationException($"PostgreSQL is installed in {folder}, but did not start.");
    }

    /// <summary>Of a database on it, which need not exist yet.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=studio;Database={database};Include Error Detail=true;Maximum Pool Size=120";

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
