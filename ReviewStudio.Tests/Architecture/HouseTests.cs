using System.Reflection;
using System.Text.RegularExpressions;
using NetArchTest.Rules;
using ReviewStudio.Core.Storage;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Architecture;

/// <summary>The arrows of the house plan. Each test was seen to fail with a violation put in on purpose.</summary>
public sealed class HouseTests
{
    private const string Root = "ReviewStudio.Core";

    /// <summary>The order of the rooms: each may use those before it.</summary>
    private static readonly string[] Rooms =
    [
        "Accounts", "Storage", "Audit", "Webhooks", "Metrics", "Policies", "Content", "Inference", "Queue", "Review", "Labels",
        "Datasets", "Evaluation", "Training", "Scanning", "Compliance",
    ];

    private static readonly Assembly Core = typeof(StudioDbContext).Assembly;

    public static TheoryData<string> RoomNames => [.. Rooms];

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void Room_uses_only_rooms_before_it(string room)
    {
        var later = Rooms[(Array.IndexOf(Rooms, room) + 1)..].Select(r => $"{Root}.{r}").ToArray();
        if (later.Length == 0)
        {
            return;
        }

        var result = Types.InAssembly(Core).That().ResideInNamespaceMatching($@"^ReviewStudio\.Core\.{room}(\.|$)")
            .ShouldNot().HaveDependencyOnAny(later).GetResult();

        (result.FailingTypeNames ?? []).ShouldBeEmpty($"{room} uses a later room");
    }

    [Fact]
    public void Metrics_uses_nothing_of_ours()
    {
        var others = Rooms.Where(r => r != "Metrics").Select(r => $"{Root}.{r}").ToArray();
        var result = Types.InAssembly(Core).That().ResideInNamespace($"{Root}.Metrics").ShouldNot().HaveDependencyOnAny(others).GetResult();

        (result.FailingTypeNames ?? []).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Http")]
    [InlineData("Microsoft.AspNetCore.Components")]
    [InlineData("Microsoft.AspNetCore.Mvc")]
    [InlineData("Hangfire")]
    [InlineData("MudBlazor")]
    public void Core_knows_no_web_no_jobs_no_interface(string dependency)
    {
        var result = Types.InAssembly(Core).ShouldNot().HaveDependencyOn(dependency).GetResult();

        (result.FailingTypeNames ?? []).ShouldBeEmpty();
    }

    [Fact]
    public void Every_namespace_of_Core_is_a_room_of_the_plan()
    {
        var unknown = Core.GetTypes().Select(t => t.Namespace).OfType<string>().Where(n => n.StartsWith(Root + ".", StringComparison.Ordinal))
            .Select(n => n.Split('.')[2]).Distinct().Except(Rooms, StringComparer.Ordinal);

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void Pages_and_endpoints_never_touch_the_database_context()
    {
        var web = Assembly.Load("ReviewStudio");
        var result = Types.InAssembly(web).That().ResideInNamespaceMatching(@"^ReviewStudio\.(Components|Api|Jobs)(\.|$)")
            .ShouldNot().HaveDependencyOnAny(typeof(StudioDbContext).FullName, typeof(Database).FullName, "Microsoft.EntityFrameworkCore").GetResult();

        (result.FailingTypeNames ?? []).ShouldBeEmpty();
    }

    [Fact]
    public void Core_never_asks_which_engine_it_runs_on()
    {
        var source = Directory.EnumerateFiles(Path.Combine(Repository.Root, Root), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal));
        var guilty = source.Where(f => Regex.IsMatch(File.ReadAllText(f), @"IsSqlite|IsSqlServer|IsNpgsql|ProviderName", RegexOptions.None, TimeSpan.FromSeconds(1)));

        guilty.ShouldBeEmpty();
    }
}
