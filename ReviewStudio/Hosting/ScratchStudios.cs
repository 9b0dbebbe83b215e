using ReviewStudio.Core;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training.Backtest;
using ReviewStudio.Jobs;
using ReviewStudio.Migrations.Sqlite;

namespace ReviewStudio.Hosting;

/// <summary>Puts scratch installations together: Core on a SQLite file, with this installation's encoders, clock and log.</summary>
public sealed class ScratchStudios(EncoderCatalog encoders, TimeProvider clock, ILoggerFactory logs) : IScratchStudios
{
    /// <inheritdoc />
    public Task<IScratchStudio> OpenAsync(string folder, CancellationToken cancellation)
    {
        var folders = new StudioFolders(folder);
        var provider = new SqliteProvider($"Data Source={Path.Combine(folders.Root, "reviewstudio.db")}", scratch: true);
        var services = new ServiceCollection();
        services.AddSingleton(clock);
        services.AddSingleton(folders);
        services.AddSingleton(logs);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddOptions();
        services.AddSingleton(encoders);
        services.AddSingleton<IDatabaseProvider>(provider);
        services.AddSingleton<IQueueStatements, SqliteQueueStatements>();
        services.AddSingleton<IReviewStatements, SqliteReviewStatements>();
        services.AddSingleton<IJobDispatcher, InlineDispatcher>();
        services.AddSingleton<IScratchStudios>(this);
        services.AddStudioCore();
        return Task.FromResult<IScratchStudio>(new Studio(services.BuildServiceProvider(), provider));
    }

    private sealed class Studio(ServiceProvider services, SqliteProvider provider) : IScratchStudio
    {
        public T Get<T>()
            where T : notnull => services.GetRequiredService<T>();

        public async ValueTask DisposeAsync()
        {
            await services.DisposeAsync();
            provider.Release();
        }
    }
}
