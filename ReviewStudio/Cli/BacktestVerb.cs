using System.CommandLine;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Training.Backtest;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli;

/// <summary>Plays a labelled file through the loop, for several strategies and seeds.</summary>
public sealed class BacktestVerb : IVerb
{
    private const string Help = """
        Play the reviewer from the label column of a file through the real queue, verdicts, trainings and promotions, and
        report macro-F1 on held-out rows against labels spent. Each strategy and seed runs in an installation of its own
        that is thrown away; the data folder's database is not touched.

        With --json each point is a line {"strategy","seed","labels","macro_f1","accuracy","found"}, and the last line is
        {"summary":{strategy:{"labels_to_match_random","saving",...}}}.

        Examples:
          reviewstudio backtest --data posts.csv --text body --label class
          reviewstudio backtest --data davidson.csv --text tweet --label class --strategies margin,random --budget 4000 --test 4000 --seeds 0-4 --json
        """;

    private readonly Option<FileInfo> _data = new("--data") { Description = "The labelled file: CSV, TSV, JSON lines or Parquet.", Required = true };
    private readonly Option<string> _text = new("--text") { Description = "The column with the text.", Required = true };
    private readonly Option<string> _label = new("--label") { Description = "The column with the label.", Required = true };
    private readonly Option<string?> _language = new("--language") { Description = "The language of all rows, such as en (default: detected)." };
    private readonly Option<string> _strategies = new("--strategies") { Description = "Ranking strategies, separated by commas.", DefaultValueFactory = _ => "margin,random" };
    private readonly Option<int> _seedLabels = Number("--seed-labels", "Random labels before the first training.", r => r.SeedLabels);
    private readonly Option<int> _batch = Number("--batch", "Labels between two trainings.", r => r.Batch);
    private readonly Option<int> _budget = Number("--budget", "Labels spent at the end, those of the gates included.", r => r.Budget);
    private readonly Option<int> _gate = Number("--gate-labels", "Random labels of the second batch that go to the gates.", r => r.GateLabels);
    private readonly Option<int> _test = Number("--test", "Rows held out for the report.", r => r.Test);
    private readonly Option<string> _seeds = new("--seeds") { Description = "Seeds, such as 0-4 or 1,3,5.", DefaultValueFactory = _ => "0-4" };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var command = new Command("backtest", Help) { _data, _text, _label, _language, _strategies, _seedLabels, _batch, _budget, _gate, _test, _seeds };
        command.SetAction((parsed, cancellation) => CommandLine.GuardAsync(() => RunAsync(parsed, options, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, GlobalOptions options, CancellationToken cancellation)
    {
        var file = parsed.GetRequiredValue(_data);
        if (!file.Exists)
        {
            throw new RefusedException("backtest.missing", $"There is no file {file.FullName}. Check the path.");
        }

        var request = Request(parsed);
        var json = parsed.GetValue(options.Json);
        using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
        var result = await host.Services.GetRequiredService<RunBacktest>().RunAsync(
            new BacktestFile(file.FullName, file.Name), request, new BacktestOnConsole(json), Actor.System, cancellation);
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"{result.Seconds:0.0} s a seed"));
        if (json)
        {
            CommandLine.PrintJson(new { result.Summary });
        }
        else
        {
            await Console.Out.WriteLineAsync(BacktestTable.Of(result));
        }

        return 0;
    }

    private BacktestRequest Request(ParseResult parsed) => new()
    {
        Text = parsed.GetRequiredValue(_text),
        Label = parsed.GetRequiredValue(_label),
        Language = parsed.GetValue(_language)?.Trim() ?? "",
        Strategies = parsed.GetRequiredValue(_strategies).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        SeedLabels = parsed.GetValue(_seedLabels),
        Batch = parsed.GetValue(_batch),
        Budget = parsed.GetValue(_budget),
        GateLabels = parsed.GetValue(_gate),
        Test = parsed.GetValue(_test),
        Seeds = SeedList.Parse(parsed.GetRequiredValue(_seeds)),
    };

    private static Option<int> Number(string name, string description, Func<BacktestRequest, int> standard) =>
        new(name) { Description = description, DefaultValueFactory = _ => standard(new BacktestRequest()) };
}
