using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli.Bench;

/// <summary>Options that the measurements share.</summary>
internal sealed class BenchOptions
{
    public Option<int> Items { get; } = new("--items") { Description = "How many items.", DefaultValueFactory = _ => 100_000 };

    public Option<string> Provider { get; } = new("--provider") { Description = "Sqlite, PostgreSql or SqlServer.", DefaultValueFactory = _ => nameof(StorageProvider.Sqlite) };

    public Option<string?> Connection { get; } = new("--connection") { Description = "Connection string of an empty database; not needed with Sqlite." };

    public Option<int> Seed { get; } = new("--seed") { Description = "Seed of the made-up content.", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        command.Add(Items);
        command.Add(Provider);
        command.Add(Connection);
        command.Add(Seed);
    }
}

/// <summary>An installation in a temporary folder, with a published policy and a queue; its folder is deleted at the end.</summary>
internal sealed class BenchStudio : IAsyncDisposable
{
    public const string Queue = "bench";

    private readonly IHost _host;

    private readonly bool _keep;

    private BenchStudio(IHost host, string folder, bool keep) => (_host, Folder, _keep) = (host, folder, keep);

    public string Folder { get; }

    public IServiceProvider Services => _host.Services;

    public Database Database => Services.GetRequiredService<Database>();

    public static async Task<BenchStudio> StartAsync(ParseResult parsed, BenchOptions options, CancellationToken stop)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"reviewstudio-bench-{Guid.NewGuid():N}");
        var host = Host(folder, parsed, options);
        await StudioHost.PrepareAsync(host.Services, stop);
        var studio = new BenchStudio(host, folder, keep: false);
        await studio.Database.WriteAsync(AddQueueAsync, stop);
        return studio;
    }

    /// <summary>One that another process has filled, and that it will delete.</summary>
    public static BenchStudio Open(string folder, ParseResult parsed, BenchOptions options) => new(Host(folder, parsed, options), folder, keep: true);

    public Task<ReviewQueue> QueueAsync(CancellationToken stop) => Database.ReadAsync(db => db.Set<ReviewQueue>().SingleAsync(q => q.Key == Queue, stop), stop);

    /// <summary>Closes connections that are kept open, whose caches would count as memory of what is measured next.</summary>
    public void CloseConnections() => (_host.Services.GetRequiredService<IDatabaseProvider>() as Migrations.Sqlite.SqliteProvider)?.Release();

    public ValueTask DisposeAsync()
    {
        CloseConnections();
        _host.Dispose();
        if (!_keep)
        {
            Directory.Delete(Folder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private static IHost Host(string folder, ParseResult parsed, BenchOptions options) => StudioHost.BuildQuiet(new HostArguments(
        folder, ["--Demo:Enabled=false", $"--Storage:Provider={parsed.GetValue(options.Provider)}", $"--Storage:ConnectionString={parsed.GetValue(options.Connection)}"]));

    private static async Task AddQueueAsync(StudioDbContext db)
    {
        if (await db.Set<ReviewQueue>().AnyAsync())
        {
            throw new RefusedException("bench.not-empty", "The database holds a review queue already. Give an empty one: this measurement fills it.");
        }

        var now = TimeProvider.System.Instant();
        var policy = new Policy { Key = Queue, Name = "Bench", CreatedAt = now };
        var version = new PolicyVersion { Policy = policy, Number = 1, State = PolicyVersionState.Published, CreatedAt = now, PublishedAt = now };
        version.Labels.Add(new PolicyLabel { Key = "ok", Name = "OK", Ordinal = 0, Benign = true, HotKey = "1" });
        version.Labels.Add(new PolicyLabel { Key = "bad", Name = "Bad", Ordinal = 1, Severity = 1, HotKey = "2" });
        db.Add(version);
        await db.SaveChangesAsync();
        db.Add(new ReviewQueue { Key = Queue, Name = "Bench", PolicyId = policy.Id, CreatedAt = now });
        await db.SaveChangesAsync();
    }
}
