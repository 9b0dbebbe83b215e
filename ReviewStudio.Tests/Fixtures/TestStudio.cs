using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReviewStudio.Core;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training.Backtest;
using ReviewStudio.Hosting;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>A whole Core on a database of its own, migrated and empty, with a clock that the test moves.</summary>
public sealed class TestStudio : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private readonly bool _keep;

    private readonly Func<Task> _drop;

    private TestStudio(ServiceProvider services, StudioFolders folders, TestClock clock, bool keep, Func<Task> drop)
    {
        _services = services;
        _keep = keep;
        _drop = drop;
        Folders = folders;
        Clock = clock;
    }

    public StudioFolders Folders { get; }

    public TestClock Clock { get; }

    public Database Database => Get<Database>();

    /// <summary>Ids that were dispatched; nothing runs them by itself.</summary>
    public RecordingDispatcher Dispatcher => Get<RecordingDispatcher>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public object Get(Type type) => _services.GetRequiredService(type);

    /// <param name="configure">What this test adds or replaces.</param>
    /// <param name="folder">A data folder that exists; without one an empty folder is made.</param>
    /// <param name="keep">Whether the folder stays when the test is done with this view on it.</param>
    /// <param name="engine">SQLite if not said otherwise.</param>
    public static async Task<TestStudio> StartAsync(Action<IServiceCollection>? configure = null, string? folder = null, bool keep = false, TestEngine? engine = null)
    {
        var folders = new StudioFolders(folder ?? SharedEncoders.In(Path.Combine(Path.GetTempPath(), "reviewstudio-tests", Guid.NewGuid().ToString("N"))));
        var (provider, statements, review, drop) = await (engine ?? TestEngine.Sqlite).OpenAsync(folders.Root);
        var clock = new TestClock();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(folders);
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddOptions();
        services.AddSingleton(provider);
        services.AddSingleton(statements);
        services.AddSingleton(review);
        services.AddSingleton<RecordingDispatcher>();
        services.AddSingleton<IJobDispatcher>(s => s.GetRequiredService<RecordingDispatcher>());
        services.AddSingleton<IScratchStudios, ScratchStudios>();
        services.AddStudioCore();
        configure?.Invoke(services);
        return new TestStudio(services.BuildServiceProvider(), folders, clock, keep, drop);
    }

    /// <summary>Adds an account and returns it as an actor.</summary>
    public async Task<Actor> ReviewerAsync(string name, string languages = "", int clearance = 0, params string[] roles)
    {
        var id = await Database.WriteAsync(
            async db =>
            {
                var reviewer = new Reviewer
                {
                    UserName = name,
                    NormalizedUserName = name.ToUpperInvariant(),
                    DisplayName = name,
                    Languages = languages,
                    Clearance = clearance,
                    CreatedAt = Clock.Instant(),
                };
                db.Add(reviewer);
                await db.SaveChangesAsync();
                return reviewer.Id;
            },
            CancellationToken.None);
        return new Actor(id, name, (roles.Length == 0 ? [Roles.Moderator] : roles).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Adds a published policy with the given labels (the first is benign) and a queue on it.</summary>
    public Task<ReviewQueue> QueueAsync(string key, string[] labels, Action<ReviewQueue>? configure = null) => Database.WriteAsync(
        async db =>
        {
            var policy = new Policy { Key = key, Name = key, CreatedAt = Clock.Instant() };
            var version = new PolicyVersion { Policy = policy, Number = 1, State = PolicyVersionState.Published, CreatedAt = Clock.Instant(), PublishedAt = Clock.Instant() };
            for (var i = 0; i < labels.Length; i++)
            {
                version.Labels.Add(new PolicyLabel { Key = labels[i], Name = labels[i], Ordinal = i, Benign = i == 0, Severity = i == 0 ? 0 : 1, HotKey = $"{i + 1}" });
            }

            db.Add(version);
            await db.SaveChangesAsync();
            var queue = new ReviewQueue { Key = key, Name = key, PolicyId = policy.Id, CreatedAt = Clock.Instant(), AuditRate = 1e-9 };
            configure?.Invoke(queue);
            db.Add(queue);
            await db.SaveChangesAsync();
            return queue;
        },
        CancellationToken.None);

    /// <summary>Takes text items in through the same door as an import.</summary>
    public Task<List<long>> AddTextsAsync(ReviewQueue queue, IEnumerable<string> texts, string language = "en", string source = "test") => Database.WriteAsync(
        async db =>
        {
            var items = texts.Select((text, i) =>
            {
                var item = new Item { Source = source, ExternalId = $"{Guid.NewGuid():N}-{i}", Language = language, IngestedAt = Clock.Instant() };
                item.Parts.Add(new ItemPart { Modality = Modality.Text, Text = text });
                return item;
            }).ToList();
            db.AddRange(items);
            await db.SaveChangesAsync();
            var context = new IntakeContext(queue.Id, LabelUse.Ignore, "", "", Actor.System);
            var incoming = items.ConvertAll(i => new IncomingItem(i, null, null, null));
            foreach (var intake in _services.GetServices<IItemIntake>().OrderBy(i => i.Order))
            {
                await intake.AcceptAsync(db, context, incoming, CancellationToken.None);
            }

            return items.ConvertAll(i => i.Id);
        },
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await _drop();
        if (!_keep)
        {
            Directory.Delete(Folders.Root, recursive: true);
        }
    }
}

/// <summary>Remembers what was dispatched.</summary>
public sealed class RecordingDispatcher : IJobDispatcher
{
    private readonly List<long> _ids = [];

    public IReadOnlyList<long> Ids
    {
        get
        {
            lock (_ids)
            {
                return [.. _ids];
            }
        }
    }

    public void Dispatch(long jobId)
    {
        lock (_ids)
        {
            _ids.Add(jobId);
        }
    }
}
