using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Tests that measure the whole process: they run one after another, when all others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
