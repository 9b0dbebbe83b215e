using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Browser tests that leave the demo content usable for one another share one server.</summary>
[CollectionDefinition(Name)]
public sealed class DemoSiteCollection : ICollectionFixture<DemoSite>
{
    public const string Name = "demo site";
}
