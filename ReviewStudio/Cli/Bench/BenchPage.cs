using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Cli.Bench;

/// <summary>A Markdown page whose tables are made of kept results.</summary>
internal static partial class BenchPage
{
    /// <summary>Writes each marked table of a page anew.</summary>
    /// <param name="page">The page's text.</param>
    /// <param name="results">The folder with the results.</param>
    /// <exception cref="RefusedException">A table names results or a field that there are not.</exception>
    public static async Task<string> FillAsync(string page, string results, CancellationToken stop)
    {
        var filled = new StringBuilder();
        var from = 0;
        foreach (Match table in Table().Matches(page))
        {
            var file = Path.Combine(results, table.Groups["bench"].Value + ".json");
            if (!File.Exists(file))
            {
                throw new RefusedException("bench.results", $"The page has a table of '{table.Groups["bench"].Value}', but there is no {file}.");
            }

            var rows = (await BenchRecords.LatestAsync(file, stop)).Where(r => Wanted(r, table.Groups["filter"])).ToList();
            filled.Append(page, from, table.Index - from).Append(table.Groups["head"].Value).Append('\n');
            Write(filled, Columns(table.Groups["columns"].Value), Each(rows, table.Groups["each"].Value));
            filled.Append("<!-- /bench -->");
            from = table.Index + table.Length;
        }

        return filled.Append(page, from, page.Length - from).ToString();
    }

    /// <summary>A row for each field of an object in the result, instead of one for the result; the field's name is its <c>name</c>.</summary>
    private static IEnumerable<JsonObject> Each(List<JsonObject> rows, string field) => field.Length == 0
        ? rows
        : rows.SelectMany(r => r[field] is JsonObject parts ? parts.Select(p => new JsonObject([KeyValuePair.Create<string, JsonNode?>("name", p.Key), .. p.Value!.DeepClone().AsObject().Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone()))])) : []);

    private static bool Wanted(JsonObject row, Group filters) => filters.Captures.All(f => f.Value.Split('=', 2) is [var name, var value] && Text(At(row, name)) == value);

    private static void Write(StringBuilder page, List<(string Path, string Title)> columns, IEnumerable<JsonObject> rows)
    {
        page.Append("| ").AppendJoin(" | ", columns.Select(c => c.Title)).Append(" |\n|").Append(string.Concat(Enumerable.Repeat("---|", columns.Count))).Append('\n');
        foreach (var row in rows)
        {
            page.Append("| ").AppendJoin(" | ", columns.Select(c => Text(At(row, c.Path)))).Append(" |\n");
        }
    }

    private static List<(string Path, string Title)> Columns(string text) => [.. Column().Matches(text).Select(m =>
        (m.Groups["path"].Value, m.Groups["title"].Success ? m.Groups["title"].Value : m.Groups["path"].Value.Replace("_per_s", " a second", StringComparison.Ordinal).Replace('_', ' ')))];

    private static JsonNode? At(JsonNode row, string path) => path.Split('.').Aggregate((JsonNode?)row, (node, name) => (node as JsonObject)?[name]);

    private static string Text(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "–",
        JsonValueKind.Number => Number(value.GetValue<double>()),
        _ => value.ToString(),
    };

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : Math.Abs(value) >= 10 ? "0.#" : "0.###", CultureInfo.InvariantCulture);

    [GeneratedRegex("""(?<head><!-- bench (?<bench>[a-z]+)(?: each=(?<each>\w+))?(?: (?<filter>[\w.]+=[^ :]+))*: (?<columns>[^\n]+?) -->)\n.*?<!-- /bench -->""", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Table();

    [GeneratedRegex("""(?<path>[a-z0-9_.]+)(?: "(?<title>[^"]*)")?(?:, |$)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Column();
}
