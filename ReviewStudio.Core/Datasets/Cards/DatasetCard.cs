using System.Globalization;
using System.Text;
using ReviewStudio.Core.Datasets.Writing;

namespace ReviewStudio.Core.Datasets.Cards;

/// <summary>
/// The snapshot's README: a data card for people, under front matter from which Hugging Face <c>datasets</c> learns the
/// tables, their splits and their Parquet files.
/// </summary>
internal static class DatasetCard
{
    public const string FileName = "README.md";

    public static string Write(CardFacts facts)
    {
        var card = new StringBuilder();
        FrontMatter(card, facts);
        card.Line($"# {Escape(facts.PolicyName)} {facts.Version}").Line();
        card.Line(Escape(facts.Summary)).Line();
        Table(card, ["", ""], [
            ["Policy", $"{Escape(facts.PolicyName)} ({facts.PolicyKey}), version {CardFacts.Number(facts.PolicyVersion)}"],
            ["Labels from", $"{facts.FirstDay} to {facts.LastDay}"],
            ["Languages, with items", Escape(CardFacts.List(facts.Tally.Languages))],
            ["Modalities, with items", Escape(CardFacts.List(facts.Tally.Modalities))],
            ["Logical hash", $"`{facts.LogicalHash}`"],
        ]);
        card.Line("## Labels").Line();
        string[] splits = [.. facts.Tally.Splits.Keys.OrderBy(Order)];
        Table(card, ["label", "name", "severity (0 to 3)", .. splits, "all"], facts.Labels.Select(label => (string[])
        [
            Escape(label.Key), Escape(label.Name) + (label.Benign ? " (benign)" : ""), CardFacts.Number(label.Severity),
            .. splits.Select(s => CardFacts.Number(facts.Tally.Splits[s].GetValueOrDefault(label.Key))), CardFacts.Number(facts.Tally.Labels.GetValueOrDefault(label.Key)),
        ]));
        card.Line("## Reading it").Line();
        Code(card, "import pandas as pd\ntrain = pd.read_parquet(\"" + First(facts) + "\")");
        Code(card, "from datasets import load_dataset\nexamples = load_dataset(\".\", \"examples\")");
        Code(card, "-- DuckDB\nSELECT label, count(*) FROM 'examples-*.parquet' GROUP BY label;");
        Code(card, "# Spark\nspark.read.parquet(\"" + First(facts) + "\")");
        card.Line("`examples.jsonl` holds the same rows as the Parquet files of examples. `sha256sum -c SHA256SUMS` checks the files. `croissant.json` describes them for programs.").Line();
        Columns(card, "Columns of examples", ExampleRow.Columns);
        if (facts.WithVerdicts)
        {
            Columns(card, "Columns of verdicts", VerdictRow.Columns);
        }

        card.Line("## How the labels came about").Line();
        card.Line(Escape(facts.Protocol)).Line().Line(Escape(facts.Annotators)).Line().Line(Escape(facts.PerItem)).Line();
        card.Line("## Known limits").Line();
        foreach (var limit in facts.Limits)
        {
            card.Line("- " + Escape(limit));
        }

        card.Line().Line("## Use").Line().Line(Escape(facts.Use)).Line().Line(Escape(CardFacts.Personal)).Line();
        card.Line("No licence is granted by this file. Whoever passes the data on answers for the rights in the items.");
        return card.ToString();
    }

    private static void FrontMatter(StringBuilder card, CardFacts facts)
    {
        card.Line("---").Line($"pretty_name: {Quote($"{facts.PolicyName} {facts.Version}")}").Line("license: other");
        var languages = facts.Tally.Languages.Keys.Where(l => l.Length is 2 or 3 && l.All(char.IsAsciiLetterLower) && l != "und").ToList();
        if (languages.Count > 0)
        {
            // Quoted: to YAML a bare "no" is a boolean, and Norwegian is a language.
            card.Line("language:").Lines(languages.Select(l => $"- {Quote(l)}"));
        }

        card.Line("size_categories:").Line($"- {Size(facts.Tally.Examples)}");
        if (facts.Tally.Modalities.ContainsKey("text"))
        {
            card.Line("task_categories:").Line("- text-classification");
        }

        card.Line("configs:").Line("- config_name: examples").Line("  default: true").Line("  data_files:");
        foreach (var split in facts.Tally.Splits.Keys.OrderBy(Order))
        {
            card.Line($"  - split: {split}").Line($"    path: examples-{split}.parquet");
        }

        if (facts.WithVerdicts)
        {
            card.Line("- config_name: verdicts").Line("  data_files:").Line("  - split: verdicts").Line("    path: verdicts.parquet");
        }

        card.Line("---").Line();
    }

    private static void Columns<T>(StringBuilder card, string title, IReadOnlyList<Column<T>> columns)
    {
        card.Line($"## {title}").Line();
        Table(card, ["column", "type", "holds"], columns.Select(c => (string[])[$"`{c.Name}`", TypeName(c.Type), Escape(c.About)]));
    }

    private static void Table(StringBuilder card, string[] head, IEnumerable<string[]> rows)
    {
        card.Line($"| {string.Join(" | ", head)} |").Line("|" + string.Concat(head.Select(_ => "---|")));
        card.Lines(rows.Select(r => $"| {string.Join(" | ", r)} |")).Line();
    }

    private static void Code(StringBuilder card, string code) => card.Line("```").Line(code).Line("```").Line();

    private static string First(CardFacts facts) => $"examples-{facts.Tally.Splits.Keys.OrderBy(Order).First()}.parquet";

    private static int Order(string split) => split switch { "train" => 0, "validation" => 1, _ => 2 };

    private static string TypeName(Type type) =>
        type == typeof(DateTime) ? "UTC instant, microseconds" : type == typeof(int) ? "int32" : type == typeof(double) ? "float64" : type == typeof(bool) ? "boolean" : "text";

    private static string Size(int rows) => rows switch
    {
        < 1_000 => "n<1K",
        < 10_000 => "1K<n<10K",
        < 100_000 => "10K<n<100K",
        < 1_000_000 => "100K<n<1M",
        < 10_000_000 => "1M<n<10M",
        _ => "n>10M",
    };

    /// <summary>A YAML scalar in double quotes.</summary>
    private static string Quote(string text) =>
        $"\"{string.Concat(text.Select(c => c is '"' or '\\' ? $"\\{c}" : char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()))}\"";

    /// <summary>Words from outside as plain words: no markup, no line break.</summary>
    private static string Escape(string text) =>
        string.Concat(text.Select(c => "\\`*_{}[]<>#|&".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : char.IsControl(c) ? " " : c.ToString()));

    private static StringBuilder Line(this StringBuilder card, string line = "") => card.Append(line).Append('\n');

    private static StringBuilder Lines(this StringBuilder card, IEnumerable<string> lines) => lines.Aggregate(card, (c, line) => c.Line(line));
}
