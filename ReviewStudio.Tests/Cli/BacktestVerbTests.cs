using System.Diagnostics;
using System.Text.Json;
using ReviewStudio.Tests.Architecture;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Cli;

/// <summary>The verb in a process of its own: what it prints, and where.</summary>
public sealed class BacktestVerbTests
{
    [Fact]
    public async Task Json_lines_and_nothing_else_come_out()
    {
        using var folder = new TempFolder();
        var csv = LabelledPosts.Real(300);
        Assert.SkipWhen(csv is null, "REVIEWSTUDIO_DATA is not here");
        var path = folder.Write("posts.csv", csv);

        var (code, output, error) = await RunAsync(
            folder, "--data", path, "--text", "tweet", "--label", "class", "--language", "en", "--strategies", "margin,random",
            "--seed-labels", "50", "--batch", "30", "--budget", "80", "--test", "100", "--seeds", "0", "--json");

        code.ShouldBe(0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        lines.Count.ShouldBe(5);
        foreach (var line in lines.Take(4))
        {
            line.EnumerateObject().Select(p => p.Name).ShouldBe(["strategy", "seed", "labels", "macro_f1", "accuracy", "found"]);
            line.GetProperty("found").EnumerateObject().Sum(f => f.Value.GetInt32()).ShouldBe(line.GetProperty("labels").GetInt32());
        }

        var summary = lines[4].GetProperty("summary").GetProperty("margin");
        summary.TryGetProperty("labels_to_match_random", out _).ShouldBeTrue();
        summary.TryGetProperty("saving", out _).ShouldBeTrue();
        File.Exists(Path.Combine(folder.Path, "data", "reviewstudio.db")).ShouldBeFalse("the installation's own database is not touched");
    }

    [Theory]
    [InlineData("tweet", "klass", "posts.csv has no column 'klass'. Choose one of: tweet, class.")]
    [InlineData("body", "class", "posts.csv has no column 'body'. Choose one of: tweet, class.")]
    public async Task Column_that_is_not_there_is_named_with_those_that_are(string text, string label, string expected)
    {
        using var folder = new TempFolder();
        var path = folder.Write("posts.csv", "tweet,class\none,a\ntwo,b\n");

        var (code, output, error) = await RunAsync(folder, "--data", path, "--text", text, "--label", label, "--json");

        (code, output).ShouldBe((1, ""));
        error.Trim().ShouldBe(expected);
    }

    [Fact]
    public async Task File_that_is_not_there_is_named()
    {
        using var folder = new TempFolder();

        var (code, output, error) = await RunAsync(folder, "--data", Path.Combine(folder.Path, "nowhere.csv"), "--text", "a", "--label", "b", "--json");

        (code, output).ShouldBe((1, ""));
        error.ShouldContain("nowhere.csv");
        error.ShouldContain("Check the path");
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(TempFolder folder, params string[] arguments)
    {
        // The tests' own path tells which build to run: …/ReviewStudio.Tests/bin/CONFIGURATION/FRAMEWORK.
        var build = Path.GetRelativePath(Path.Combine(Repository.Root, "ReviewStudio.Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(Repository.Root, "ReviewStudio", build, "ReviewStudio.dll"), "backtest", "--data-folder", Path.Combine(folder.Path, "data") },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
