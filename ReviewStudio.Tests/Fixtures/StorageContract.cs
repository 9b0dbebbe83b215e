using Microsoft.Extensions.DependencyInjection;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Tests of what every engine must do alike; a sealed class for each engine runs them.</summary>
public abstract class StorageContract(TestEngine engine)
{
    protected TestEngine Engine { get; } = engine;

    protected Task<TestStudio> StartAsync(Action<IServiceCollection>? configure = null, string? folder = null, bool keep = false) =>
        TestStudio.StartAsync(configure, folder, keep, Engine);
}
