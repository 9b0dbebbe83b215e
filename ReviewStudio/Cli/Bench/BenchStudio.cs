using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli.Bench;

/// <summary>An installation in a temporary folder, with a published policy and a queue; its folder is deleted at the end.</summary>
internal sealed class BenchStudio : IAsyncDisposable
{
    public const string Queue = "bench";

    private readonly IHost _host;

    private readonly BenchDatabase? _database;

    private BenchStudio(IHost host, string folder, BenchDatabase? database) => (_host, Folder, _database) = (host, folder, database);

    public string Folder { get; }

    /// <summary>Of the database; null with SQLite.</summary>
    public string? Connection => _database?.Connection;

    /// <summary>What tells another host of the same database.</summary>
    public string[] Arguments => _database?.Arguments ?? [];

    public IServiceProvider Services => _host.Services;

    public Database Database => Services.GetRequiredService<Database>();

    /// <param name="reuse">Whether a database that a measurement has filled before will do.</param>
    public static async Task<BenchStudio> StartAsync(ParseResult parsed, BenchOptions options, CancellationToken stop, bool reuse = false)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"reviewstudio-bench-{Guid.NewGuid():N}");
        var database = await BenchDatabase.OpenAsync(parsed, options);
        var studio = new BenchStudio(Host(folder, database.Arguments), folder, database);
        try
        {
            await StudioHost.PrepareAsync(studio.Services, stop);
            if (!reuse || !await studio.Database.ReadAsync(db => db.Set<ReviewQueue>().AnyAsync(q => q.Key == Queue, stop), stop))
            {
                await studio.Database.WriteAsync(AddQueueAsync, stop);
            }

            return studio;
        }
        catch
        {
            await studio.DisposeAsync();
            throw;
        }
    }

    /// <summary>One that another process has filled, and that it will delete.</summary>
    public static async Task<BenchStudio> OpenAsync(string folder, ParseResult parsed, BenchOptions options) =>
        new(Host(folder, (await BenchDatabase.OpenAsync(parsed, options)).Arguments), folder, database: null);

    public Task<ReviewQueue> QueueAsync(CancellationToken stop) => Database.ReadAsync(db => db.Set<ReviewQueue>().SingleAsync(q => q.Key == Queue, stop), stop);

    /// <summary>Closes connections that are kept open, whose caches would count as memory of what is measured next.</summary>
    public void CloseConnections() => Release(_host.Services);

    /// <inheritdoc cref="CloseConnections"/>
    public static void Release(IServiceProvider services)
    {
        switch (services.GetRequiredService<IDatabaseProvider>())
        {
            case Migrations.Sqlite.SqliteProvider sqlite:
                sqlite.Release();
                break;
            case Migrations.PostgreSql.PostgreSqlProvider server:
                server.Release();
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        CloseConnections();
        _host.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static IHost Host(string folder, string[] database) => StudioHost.BuildQuiet(new HostArguments(folder, ["--Demo:Enabled=false", .. database]));

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
