using System.Globalization;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Recovery;

/// <summary>The whole corpus of hostile files against the program as it serves: each refused or contained with one clear message.</summary>
public sealed class HostileCorpusTests(HostileSite site, ITestOutputHelper output) : IClassFixture<HostileSite>
{
    /// <summary>The most that server, encoders and helpers may have resident together, in MB.</summary>
    private const double MostMb = 1_600;

    [Fact]
    public async Task Hostile_files_are_refused_or_contained_while_the_program_lives_and_calls_nobody()
    {
        // Minutes of work for its tracer. The files themselves are refused and contained in HostileMediaTests, in every run.
        Assert.SkipWhen(
            !LongSuites.Wanted && Environment.GetEnvironmentVariable("REVIEWSTUDIO_HOSTILE") is null,
            "neither REVIEWSTUDIO_FULL nor REVIEWSTUDIO_HOSTILE is set; docs/hostile.sh runs it");
        Assert.SkipUnless(HostileSite.Missing is null, HostileSite.Missing ?? "");
        var ends = new List<HostileEnd>();
        foreach (var file in HostileFiles.All(site.CanaryPort, site.SecretFile))
        {
            var end = await site.SendAsync(file);
            ends.Add(end);
            site.Alive.ShouldBeTrue(file.What);
            Judge(end, file);
        }

        foreach (var archive in HostileFiles.Archives())
        {
            var end = await site.ImportAsync(archive);
            ends.Add(end);
            Judge(end, archive);
        }

        await TellAsync(ends);

        // It still does its work, holds nothing back, and has called nobody.
        (await site.IsReadyAsync()).ShouldBeTrue();
        var ordinary = await site.SendAsync(new("fine.webp", "an ordinary picture", () => MediaFiles.Make("image/webp"), Refused: false));
        ordinary.Outcome.ShouldBe("contained", ordinary.Message);
        site.Scratch().ShouldBeEmpty();
        site.IsKept("SECRET-OF-THE-HOUSE").ShouldBeFalse();
        File.Exists("/tmp/escaped.jpg").ShouldBeFalse();
        Directory.GetFiles(site.Folder, "escaped.jpg", SearchOption.AllDirectories).ShouldBeEmpty();
        site.CanaryWasCalled.ShouldBeFalse();
        site.Connections().ShouldBeEmpty();
    }

    private static void Judge(HostileEnd end, HostileFile file)
    {
        if (file.Refused)
        {
            end.Outcome.ShouldStartWith("refused", Case.Sensitive, $"{file.What}: {end.Message}");
        }

        end.Outcome.ShouldBeOneOf("refused when it came", "refused when looked at", "contained");
        end.Message.Length.ShouldBeInRange(10, 300, file.What);
        end.Message.ShouldNotContain("Exception", Case.Sensitive, file.What);
        end.PeakMb.ShouldBeLessThan(MostMb, file.What);
        end.Seconds.ShouldBeLessThan(120, file.What);
    }

    /// <summary>The table, for the documentation and for who runs it.</summary>
    private async Task TellAsync(List<HostileEnd> ends)
    {
        string[] lines =
        [
            "| file | what is wrong | outcome | message | s | peak MB | of it one helper |", "|---|---|---|---|--:|--:|--:|",
            .. ends.Select(e => string.Create(CultureInfo.InvariantCulture, $"| {e.File} | {e.What} | {e.Outcome} | {e.Message} | {e.Seconds:0.0} | {e.PeakMb:0} | {e.HelperMb:0} |")),
        ];
        Array.ForEach(lines, output.WriteLine);
        if (Environment.GetEnvironmentVariable("REVIEWSTUDIO_HOSTILE") is { Length: > 0 } path)
        {
            await File.WriteAllLinesAsync(path, lines);
        }
    }
}
