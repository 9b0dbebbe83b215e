using System.Diagnostics;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Recovery;

/// <summary>
/// <c>kill -9</c> at moments of the loop that nobody chose: begun again, it ends as if nothing had happened. The moments
/// are spread over the length of an unbroken run; <c>./test.sh --full</c> takes many.
/// </summary>
public sealed class KilledLoopTests(LoopFolder folder, ITestOutputHelper output) : IClassFixture<LoopFolder>
{
    [Fact]
    public async Task Training_killed_at_any_moment_ends_with_the_same_snapshot_head_decision_and_ranks()
    {
        Assert.SkipWhen(folder.Ready is null, "REVIEWSTUDIO_DATA is not here");
        var whole = folder.Copy("whole");
        var watch = Stopwatch.StartNew();
        await LoopFolder.RunAsync(whole, "train", "--queue", "posts");
        var length = watch.Elapsed;
        var expected = await LoopFolder.ReadAsync(whole);
        (expected.HeadState, expected.Heads, expected.OpenJobs).ShouldBe(("Champion", 1, 0));

        var kills = LongSuites.Wanted ? 40 : 3;
        for (var kill = 0; kill < kills; kill++)
        {
            // The first third of a run is the program's own start.
            var moment = length * (0.3 + (0.7 * (kill + 0.5) / kills));
            var broken = folder.Copy($"killed-{kill}");
            using (var process = LoopFolder.Start(broken, "train", "--queue", "posts"))
            {
                await Task.WhenAny(process.WaitForExitAsync(TestContext.Current.CancellationToken), Task.Delay(moment, TestContext.Current.CancellationToken));
                await StudioProgram.KillAsync(process);
            }

            var ended = await LoopFolder.EndedAsync(broken);
            if (!ended)
            {
                await LoopFolder.RunAsync(broken, "train", "--queue", "posts");
            }

            output.WriteLine($"killed after {moment.TotalSeconds:0.00} s of {length.TotalSeconds:0.00} s{(ended ? ", when all was done" : "")}");
            (await LoopFolder.ReadAsync(broken)).ShouldBe(expected, $"killed after {moment.TotalSeconds:0.00} s");
            Directory.Delete(broken, recursive: true);
        }
    }

    [Fact]
    public async Task Training_killed_on_the_command_line_is_ended_by_the_server()
    {
        Assert.SkipWhen(folder.Ready is null, "REVIEWSTUDIO_DATA is not here");
        var broken = folder.Copy("taken-over");
        using (var process = LoopFolder.Start(broken, "train", "--queue", "posts"))
        {
            while (!process.HasExited && Directory.GetDirectories(Directory.CreateDirectory(Path.Combine(broken, "snapshots")).FullName).Length == 0)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            await StudioProgram.KillAsync(process);
        }

        (await LoopFolder.EndedAsync(broken)).ShouldBeFalse();
        using var server = LoopFolder.Start(broken, "serve", "--urls", "http://127.0.0.1:0");
        server.OutputDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        try
        {
            var watch = Stopwatch.StartNew();
            while (!await LoopFolder.EndedAsync(broken))
            {
                watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(90));
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            await StudioProgram.KillAsync(server);
        }

        var outcome = await LoopFolder.ReadAsync(broken);
        (outcome.HeadState, outcome.Heads, outcome.Snapshots, outcome.OpenJobs).ShouldBe(("Champion", 1, 1, 0));
    }

    [Fact]
    public async Task Import_killed_at_any_moment_and_run_again_has_every_row_once()
    {
        Assert.SkipWhen(folder.Ready is null, "REVIEWSTUDIO_DATA is not here");
        string[] verb = [.. LoopFolder.Import(folder.PostsFile), "--source", "once-more"];
        var whole = folder.Copy("imported");
        var before = await ItemsAsync(whole);
        var watch = Stopwatch.StartNew();
        await LoopFolder.RunAsync(whole, verb);
        var length = watch.Elapsed;
        var expected = await ItemsAsync(whole);
        (expected - before).ShouldBeInRange(LoopFolder.Labelled - 10, LoopFolder.Labelled, "some posts repeat another");

        var kills = LongSuites.Wanted ? 20 : 3;
        for (var kill = 0; kill < kills; kill++)
        {
            var moment = length * (0.4 + (0.6 * (kill + 0.5) / kills));
            var broken = folder.Copy($"import-{kill}");
            using (var process = LoopFolder.Start(broken, verb))
            {
                await Task.WhenAny(process.WaitForExitAsync(TestContext.Current.CancellationToken), Task.Delay(moment, TestContext.Current.CancellationToken));
                await StudioProgram.KillAsync(process);
            }

            await LoopFolder.RunAsync(broken, verb);
            (await ItemsAsync(broken)).ShouldBe(expected, $"killed after {moment.TotalSeconds:0.00} s");
            Directory.Delete(broken, recursive: true);
        }
    }

    private static async Task<int> ItemsAsync(string folder)
    {
        await using var studio = await TestStudio.StartAsync(folder: folder, keep: true);
        return await studio.Database.ReadAsync(
            db => Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.CountAsync(db.Set<Core.Content.Item>()), CancellationToken.None);
    }
}
