using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Media;
using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>What became of a hostile file.</summary>
/// <param name="Outcome"><c>refused when it came</c>, <c>refused when looked at</c> or <c>contained</c>.</param>
/// <param name="Message">What people are told; empty where it is shown as it is.</param>
/// <param name="PeakMb">The most that server and helpers had resident together.</param>
/// <param name="HelperMb">The most that one ffmpeg had resident.</param>
public sealed record HostileEnd(string File, string What, string Outcome, string Message, double Seconds, double PeakMb, double HelperMb);

/// <summary>
/// The program as it serves, in a process of its own under a tracer that writes down every connection that it or anything
/// below it tries to make, beside a canary: an address that hostile files point at.
/// </summary>
public sealed partial class HostileSite : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _trace = Path.Combine(Path.GetTempPath(), $"reviewstudio-trace-{Guid.NewGuid():N}");
    private readonly TcpListener _canary = new(IPAddress.Loopback, 0);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(5) };
    private TestStudio? _studio;
    private Process? _server;
    private ProcessTree? _memory;
    private int _sent;

    /// <summary>Why it cannot be run here; null when it can.</summary>
    public static string? Missing => !OperatingSystem.IsLinux() ? "Linux is needed" : !File.Exists("/usr/bin/strace") ? "strace is not here; apt-get install strace" : null;

    public string Folder => _studio!.Folders.Root;

    public int CanaryPort => ((IPEndPoint)_canary.LocalEndpoint).Port;

    /// <summary>A file that hostile files point at; what it says must never be seen.</summary>
    public string SecretFile => Path.Combine(Folder, "secret.txt");

    public bool Alive => _server is { HasExited: false };

    /// <summary>Whether somebody has called the canary.</summary>
    public bool CanaryWasCalled => _canary.Pending();

    /// <summary>Connections to a network that were tried, as the tracer wrote them down; those to local services of the system are none.</summary>
    public IEnumerable<string> Connections() => File.ReadLines(_trace).Where(l => l.Contains("AF_INET", StringComparison.Ordinal));

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        _canary.Start();
        _studio = await TestStudio.StartAsync(services => services.AddSingleton(TimeProvider.System));
        await File.WriteAllTextAsync(SecretFile, "SECRET-OF-THE-HOUSE");
        await _studio.QueueAsync("media", ["ok", "violation"]);
        await _studio.Get<CreateAccount>().RunAsync(new AccountForm { Email = "sender@example.org", Name = "sender", Roles = new SortedSet<string>([Roles.MLEngineer], StringComparer.Ordinal) }, Actor.System, None);
        var id = await _studio.Database.ReadAsync(db => db.Set<Reviewer>().Where(r => r.DisplayName == "sender").Select(r => r.Id).SingleAsync(), None);
        var owner = new Actor(id, "sender", new HashSet<string>(StringComparer.Ordinal) { Roles.MLEngineer });
        var key = await _studio.Get<CreateApiKey>().RunAsync(new NewApiKey("hostile", [ApiScopes.WriteItems], 1), owner, None);
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        await StartAsync();
        _memory = new ProcessTree(_server!.Id);
    }

    /// <summary>Sends a file as an item and waits until nothing is left to be done about it.</summary>
    public async Task<HostileEnd> SendAsync(HostileFile file)
    {
        var bytes = file.Make();
        await Task.Delay(50, None);
        _memory!.Reset();
        var watch = Stopwatch.StartNew();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("media"), "queue" }, { new StringContent("hostile"), "source" }, { new StringContent($"{++_sent}"), "externalId" }, { new ByteArrayContent(bytes), "file", file.Name },
        };
        var answer = await _client.PostAsync("/api/v1/items", form, None);
        if (answer.StatusCode == HttpStatusCode.Conflict)
        {
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(None);
            return End("refused when it came", problem.GetProperty("detail").GetString()!);
        }

        answer.EnsureSuccessStatusCode();
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        var probe = await SettledAsync(hash);
        return probe.State == ProbeState.Refused ? End("refused when looked at", probe.Problem!) : End("contained", probe.Problem ?? $"shown as {probe.ViewType}");

        HostileEnd End(string outcome, string message)
        {
            _memory.Sample();
            return new(file.Name, file.What, outcome, message, Math.Round(watch.Elapsed.TotalSeconds, 2), _memory.Megabytes, _memory.MegabytesBelow);
        }
    }

    /// <summary>Imports an archive by the command line, under the same tracer.</summary>
    public async Task<HostileEnd> ImportAsync(HostileFile archive)
    {
        var path = Path.Combine(Folder, archive.Name);
        await File.WriteAllBytesAsync(path, archive.Make());
        var watch = Stopwatch.StartNew();
        using var process = StudioProgram.Start(["import", path, "--queue", "media", "--data-folder", Folder], Settings, readErrors: true, Tracer(_trace + ".import"));
        await using var memory = new ProcessTree(process.Id);
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await File.AppendAllLinesAsync(_trace, File.ReadLines(_trace + ".import"));
        File.Delete(_trace + ".import");
        var message = (process.ExitCode == 0 ? await said : await wrong).Trim().ReplaceLineEndings(" ").Replace(Folder, "DATA", StringComparison.Ordinal);
        return new HostileEnd(
            archive.Name, archive.What, process.ExitCode switch { 0 => "contained", 1 => "refused when it came", var code => $"exit code {code}" }, message, Math.Round(watch.Elapsed.TotalSeconds, 2), memory.Megabytes, memory.MegabytesBelow);
    }

    public async Task<bool> IsReadyAsync() => (await _client.GetAsync("/health/ready", None)).IsSuccessStatusCode;

    /// <summary>Whether a text stands in any of the blobs that are kept.</summary>
    public bool IsKept(string text) => Directory.EnumerateFiles(_studio!.Folders.Blobs, "*", SearchOption.AllDirectories)
        .Any(f => new FileInfo(f).Length < 10_000_000 && System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(f)).Contains(text, StringComparison.Ordinal));

    public IEnumerable<string> Scratch() => Directory.Exists(_studio!.Folders.Scratch) ? Directory.EnumerateFileSystemEntries(_studio.Folders.Scratch) : [];

    public async ValueTask DisposeAsync()
    {
        if (_memory is not null)
        {
            await _memory.DisposeAsync();
        }

        if (Alive)
        {
            await StudioProgram.KillAsync(_server!);
        }

        _server?.Dispose();
        _client.Dispose();
        _canary.Dispose();
        File.Delete(_trace);
        if (_studio is not null)
        {
            await _studio.DisposeAsync();
        }
    }

    private (string, string)[] Settings => [("Storage__ConnectionString", $"Data Source={Path.Combine(Folder, "studio.db")}")];

    private static string[] Tracer(string output) => ["/usr/bin/strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect", "-o", output];

    private async Task StartAsync()
    {
        _server = StudioProgram.Start(["serve", "--urls", "http://127.0.0.1:0", "--data-folder", Folder, "--Demo:Enabled=false"], [("ASPNETCORE_ENVIRONMENT", "Production"), .. Settings], readErrors: false, Tracer(_trace));
        while (await _server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _client.BaseAddress = new Uri(match.Groups[1].Value);
                _ = _server.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return;
            }
        }

        throw new InvalidOperationException("The program ended before it listened.");
    }

    /// <summary>Looked at, and by the encoders as well.</summary>
    private async Task<MediaProbe> SettledAsync(string hash)
    {
        for (var i = 0; i < 3_000; i++)
        {
            var (probe, encoded) = await _studio!.Database.ReadAsync(
                async db => (await db.Set<MediaProbe>().AsNoTracking().SingleAsync(p => p.Hash == hash), await db.Set<EncodedMedia>().AsNoTracking().SingleOrDefaultAsync(m => m.Hash == hash)), None);
            if (probe.State != ProbeState.Waiting && encoded?.EncodedAt >= probe.ProbedAt)
            {
                return probe;
            }

            await Task.Delay(100, None);
        }

        throw new TimeoutException("The file was not looked at within five minutes.");
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
