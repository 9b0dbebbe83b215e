using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Cli;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Hosting;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Cli;

public sealed class NodeRoleTests
{
    [Fact]
    public void Several_nodes_on_SQLite_are_refused()
    {
        var refused = Should.Throw<RefusedException>(() => NodeChoice.Read(Settings(("Node:Role", "web"))));
        refused.Code.ShouldBe("node.sqlite");
        Should.Throw<RefusedException>(() => NodeChoice.Read(Settings(("Node:Role", "boss")))).Code.ShouldBe("node.role");
    }

    [Fact]
    public void A_web_node_serves_and_a_worker_works()
    {
        var web = NodeChoice.Read(Settings(("Node:Role", "web"), ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", "Host=x")));
        (web.Serves, web.Works).ShouldBe((true, false));
        var all = NodeChoice.Read(Settings());
        (all.Serves, all.Works).ShouldBe((true, true));
    }

    [Fact]
    public async Task What_one_node_protects_another_with_its_own_data_folder_opens()
    {
        await using var studio = await TestStudio.StartAsync();
        var settings = new[] { $"--Storage:ConnectionString=Data Source={Path.Combine(studio.Folders.Root, "studio.db")}" };
        using var first = StudioHost.BuildQuiet(new HostArguments(Path.Combine(studio.Folders.Root, "one"), settings));
        using var second = StudioHost.BuildQuiet(new HostArguments(Path.Combine(studio.Folders.Root, "two"), settings));
        var sealedText = first.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Protect("who I am");
        second.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(sealedText).ShouldBe("who I am");
    }

    private static IConfiguration Settings(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build();
}
