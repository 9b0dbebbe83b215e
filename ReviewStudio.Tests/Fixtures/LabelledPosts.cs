using System.Globalization;
using System.Text;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Labelled text for tests of the loop.</summary>
public static class LabelledPosts
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Rows of real posts under the labels benign, hate and offensive, or null when the data is not here.</summary>
    public static string? Real(int rows)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("REVIEWSTUDIO_DATA") ?? "", "text", "davidson.csv");
        if (!File.Exists(path))
        {
            return null;
        }

        // A row may run over several lines; the importer's own reader knows. Too many lines are harmless, a cut row is not.
        var lines = File.ReadLines(path).Take(1).Concat(File.ReadLines(path).Skip(1).Where(l => l.Length > 10 && char.IsAsciiDigit(l[0]) && l.Count(c => c == '"') % 2 == 0).Take(rows));
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>Made-up posts of two labels, ok and bad.</summary>
    public static string MadeUp(int from, int count, Func<int, bool>? bad = null)
    {
        var csv = new StringBuilder("id,text,label\n");
        for (var i = from; i < from + count; i++)
        {
            var isBad = bad?.Invoke(i) ?? i % 3 == 0;
            csv.Append(CultureInfo.InvariantCulture, $"{i},\"{(isBad ? "you rotten liar" : "what a lovely day")}, number {i} ü 🙂 \"\"quoted\"\"\",{(isBad ? 1 : 0)}\n");
        }

        return csv.ToString();
    }

    /// <summary>Imports made-up posts into the queue <c>posts</c>, their labels as verdicts of a past reviewer.</summary>
    public static async Task ImportMadeUpAsync(TestStudio studio, string csv)
    {
        ArgumentNullException.ThrowIfNull(studio);
        await ImportAsync(studio, csv, new ImportArguments
        {
            Queue = "posts",
            Source = "made-up",
            Language = "en",
            LabelUse = LabelUse.Verdict,
            PastReviewer = "Ada",
            Columns = new ColumnMapping { Text = "text", Id = "id", Label = "label" },
            LabelMap = new Dictionary<string, string> { ["0"] = "ok", ["1"] = "bad" },
        });
    }

    /// <summary>Imports real posts into the queue <c>posts</c>.</summary>
    public static async Task ImportRealAsync(TestStudio studio, string csv, string source = "davidson", LabelUse use = LabelUse.Verdict)
    {
        ArgumentNullException.ThrowIfNull(studio);
        await ImportAsync(studio, csv, new ImportArguments
        {
            Queue = "posts",
            Source = source,
            Language = "en",
            LabelUse = use,
            PastReviewer = "Ada",
            Columns = new ColumnMapping { Text = "tweet", Label = "class" },
            LabelMap = new Dictionary<string, string> { ["0"] = "hate", ["1"] = "offensive", ["2"] = "benign" },
        });
    }

    private static async Task ImportAsync(TestStudio studio, string csv, ImportArguments arguments)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var file = await studio.Get<ReceiveImportFile>().RunAsync(stream, "posts.csv", null, Actor.System, None);
        var id = await studio.Get<StartImport>().RunAsync(arguments with { File = file, FileName = "posts.csv" }, Actor.System, None);
        await studio.Get<RunBackgroundJob>().RunAsync(id, None);
        var job = (await studio.Get<JobDesk>().FindAsync(id, None))!;
        if (job.State != JobState.Succeeded)
        {
            throw new InvalidOperationException(job.Error);
        }
    }
}
