using System.CommandLine;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Cli.Bench;

/// <summary>Writes the tables of the page on benchmarks anew from the results that are kept.</summary>
internal sealed class BenchReportVerb : IBenchVerb
{
    private const string Help = """
        Write the tables of a Markdown page anew from kept results; what stands between them is prose and stays. A table
        begins with a line such as
          <!-- bench ingest: provider, items, throughput_per_s "items/s", ratio -->
        and ends with <!-- /bench -->. Its rows are the last runs of each command in RESULTS/ingest.json.

        Example: reviewstudio bench report docs/benchmarks.md
        """;

    private readonly Argument<FileInfo> _page = new("PAGE") { Description = "The Markdown page.", DefaultValueFactory = _ => new FileInfo(Path.Combine("docs", "benchmarks.md")) };
    private readonly Option<DirectoryInfo?> _results = new("--results") { Description = "The folder with the results (default: the page's name without its ending)." };
    private readonly Option<bool> _check = new("--check") { Description = "Write nothing; end with 1 when the tables are not those of the results." };

    public Command Build(GlobalOptions options)
    {
        var command = new Command("report", Help) { _page, _results, _check };
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, stop)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var page = parsed.GetRequiredValue(_page);
        if (!page.Exists)
        {
            throw new RefusedException("bench.page", $"There is no page {page.FullName}.");
        }

        var results = parsed.GetValue(_results)?.FullName ?? Path.ChangeExtension(page.FullName, null);
        var before = await File.ReadAllTextAsync(page.FullName, stop);
        var after = await BenchPage.FillAsync(before, results, stop);
        if (string.Equals(before, after, StringComparison.Ordinal))
        {
            await Console.Out.WriteLineAsync("The tables are up to date.");
            return 0;
        }

        if (parsed.GetValue(_check))
        {
            throw new RefusedException("bench.stale", $"The tables of {page.Name} are not those of the results. Write them anew: reviewstudio bench report {page.Name}");
        }

        await File.WriteAllTextAsync(page.FullName, after, stop);
        await Console.Out.WriteLineAsync($"{page.Name} is written anew.");
        return 0;
    }
}
