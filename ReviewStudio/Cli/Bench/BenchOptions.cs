using System.CommandLine;
using System.Globalization;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli.Bench;

/// <summary>Options that the measurements share, and how each of them tells its result.</summary>
/// <param name="items">How many items where none are said.</param>
/// <param name="concurrency">How many callers where none are said.</param>
internal sealed class BenchOptions(int items = 100_000, int concurrency = 1)
{
    public Option<int> Items { get; } = new("--items") { Description = "How many items.", DefaultValueFactory = _ => items };

    public Option<int> Concurrency { get; } = new("--concurrency") { Description = "How many do it at the same time.", DefaultValueFactory = _ => concurrency };

    public Option<string> Provider { get; } = new("--provider") { Description = "Sqlite, PostgreSql or SqlServer.", DefaultValueFactory = _ => nameof(StorageProvider.Sqlite) };

    public Option<string?> Connection { get; } = new("--connection") { Description = "Connection string of an empty database. Not needed with Sqlite; PostgreSql starts a private server without one." };

    public Option<int> Seed { get; } = new("--seed") { Description = "Seed of the made-up content.", DefaultValueFactory = _ => 1 };

    public Option<string?> Append { get; } = new("--append") { Description = "Keep the result too: in this file, or in a file named after the measurement in this folder." };

    public void AddTo(Command command)
    {
        command.Add(Items);
        command.Add(Concurrency);
        command.Add(Provider);
        command.Add(Connection);
        command.Add(Seed);
        command.Add(Append);
    }

    /// <summary>Prints one JSON object, or a sentence for people; keeps the result where that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="json">Whether JSON was asked for.</param>
    /// <param name="result">What was measured.</param>
    /// <param name="sentence">The same in words.</param>
    public async Task TellAsync(ParseResult parsed, bool json, BenchResult result, FormattableString sentence)
    {
        if (json)
        {
            await Console.Out.WriteLineAsync(result.ToJson().ToJsonString(BenchResult.Plain));
        }
        else
        {
            await Console.Out.WriteLineAsync(sentence.ToString(CultureInfo.InvariantCulture));
        }

        if (parsed.GetValue(Append) is { } place)
        {
            await BenchRecords.AppendAsync(place, result, CommandOf(parsed), CancellationToken.None);
        }
    }

    /// <summary>What to type to measure it again, without what only told where to put the result.</summary>
    private string CommandOf(ParseResult parsed)
    {
        var words = new List<string>();
        for (var i = 0; i < parsed.Tokens.Count; i++)
        {
            var word = parsed.Tokens[i].Value;
            if (word == Append.Name || word == Connection.Name || word == "--data-folder")
            {
                i++;
            }
            else if (word != "--json")
            {
                words.Add(word);
            }
        }

        return string.Join(' ', words);
    }
}
