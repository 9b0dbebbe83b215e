using System.CommandLine;
using System.Globalization;
using CsvHelper;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Metrics.Aggregation;

namespace ReviewStudio.Cli;

/// <summary>Makes one label an item of the verdicts in a file.</summary>
public sealed class ConsensusVerb : IVerb
{
    private const string Help = $"""
        Make one label an item from several verdicts: by majority, or by the model of Dawid and Skene, which learns how reliable
        each rater is with each label. With a truth it tells how many labels are right.

        {AnnotationOptions.Help}

        The truth is a column of the file --truth, found by the same item column. Its name is --truth-label, or else --label in
        a wide file, or else the first there is of label_gold, gold_label, gold, truth, label.

        Examples:
          reviewstudio consensus --annotations verdicts.csv --item post --rater reviewer --label verdict --method majority --out labels.csv
          reviewstudio consensus --annotations hatecheck_annotations.csv --item case_id --raters label_1..label_10 --method dawid-skene --truth hatecheck_annotations.csv --truth-label label_gold --json
        """;

    private static readonly string[] UsualTruths = ["label_gold", "gold_label", "gold", "truth", "label"];

    private readonly AnnotationOptions _annotations = new();
    private readonly Option<string> _method = new("--method") { Description = "majority or dawid-skene.", DefaultValueFactory = _ => "majority" };
    private readonly Option<FileInfo?> _truth = new("--truth") { Description = "A file with the true labels; it may be the same one.", HelpName = "FILE" };
    private readonly Option<string?> _truthItem = new("--truth-item") { Description = "The column of --truth that names the item (default: as --item; row by row where there is none).", HelpName = "COL" };
    private readonly Option<string?> _truthLabel = new("--truth-label") { Description = "The column of --truth that holds the true label.", HelpName = "COL" };
    private readonly Option<FileInfo?> _out = new("--out") { Description = "Where to write item, label, confidence, verdicts, tied and p_<label> as CSV.", HelpName = "FILE" };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var command = new Command("consensus", Help);
        _annotations.AddTo(command);
        _method.AcceptOnlyFromAmong("majority", "dawid-skene");
        foreach (var option in new Option[] { _method, _truth, _truthItem, _truthLabel, _out })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => CommandLine.GuardAsync(() => RunAsync(parsed, options, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, GlobalOptions options, CancellationToken cancellation)
    {
        var columns = _annotations.Read(parsed);
        var annotations = await AnnotationFile.ReadAsync(columns, cancellation);
        var method = parsed.GetRequiredValue(_method);
        var result = method == "majority" ? MajorityVote.Of(annotations.Table) : await FitAsync(annotations, cancellation);
        double? accuracy = parsed.GetValue(_truth) is { } truth ? result.Accuracy(await TruthAsync(parsed, truth, columns, annotations, cancellation)).Value : null;
        if (parsed.GetValue(_out) is { } file)
        {
            Write(file, annotations, result);
        }

        var items = result.Labels.Count(l => l >= 0);
        if (parsed.GetValue(options.Json))
        {
            CommandLine.PrintJson(new { method, items, accuracy });
        }
        else
        {
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{items:N0} items labelled by {method}{(accuracy is { } a ? $", accuracy {a:0.0000}" : "")}"));
        }

        return 0;
    }

    private static async Task<AggregatedLabels> FitAsync(Annotations annotations, CancellationToken cancellation)
    {
        var cells = (long)annotations.Raters.Count * annotations.Labels.Count * annotations.Labels.Count;
        if (cells > DawidSkene.MostCells)
        {
            throw new RefusedException("consensus.size", $"{annotations.Raters.Count} raters with {annotations.Labels.Count} labels are too many for dawid-skene. Use --method majority, or merge rare labels.");
        }

        var fit = DawidSkene.Fit(annotations.Table, options: null, cancellation);
        if (!fit.Converged)
        {
            await Console.Error.WriteLineAsync($"Not converged after {fit.Iterations} iterations; the labels are those of the last one.");
        }

        return fit.Result;
    }

    private async Task<int[]> TruthAsync(ParseResult parsed, FileInfo file, AnnotationColumns columns, Annotations annotations, CancellationToken cancellation)
    {
        await using var reader = await TableFile.OpenAsync(file, cancellation);
        var itemColumn = parsed.GetValue(_truthItem) ?? columns.Item;
        if (itemColumn is not null)
        {
            TableFile.Column(reader, file, "--truth-item", itemColumn);
        }

        var labelColumn = TruthColumn(parsed, reader, file, wide: columns.Raters.Count > 0);
        var places = annotations.Items.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i, StringComparer.Ordinal);
        var labels = annotations.Labels.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i, StringComparer.Ordinal);
        var truth = Enumerable.Repeat(-1, annotations.Items.Count).ToArray();
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        var matched = 0;
        await foreach (var row in reader.ReadAsync(cancellation))
        {
            var item = itemColumn is null ? (told.Count + 1).ToString(CultureInfo.InvariantCulture) : TableFile.Needed(TableFile.Whole(row, file), file, itemColumn);
            var label = TableFile.Whole(row, file)[labelColumn].Trim();
            if (!told.TryAdd(item, label) && told[item] != label)
            {
                throw new RefusedException("truth.twice", $"{file.Name}, line {row.Line}: {item} is '{label}' here and '{told[item]}' before. Keep one true label for each item.");
            }

            if (label.Length > 0 && places.TryGetValue(item, out var place))
            {
                // A true label that no rater gave is one that no consensus can meet.
                truth[place] = labels.GetValueOrDefault(label, annotations.Labels.Count);
                matched++;
            }
        }

        return matched > 0 ? truth : throw new RefusedException("truth.items", $"No item of {columns.File.Name} has a true label in {file.Name}. Check --truth-item and --truth-label.");
    }

    private string TruthColumn(ParseResult parsed, IRowReader reader, FileInfo file, bool wide)
    {
        if ((parsed.GetValue(_truthLabel) ?? (wide ? parsed.GetValue(_annotations.Label) : null)) is { } named)
        {
            return TableFile.Column(reader, file, "--truth-label", named);
        }

        return UsualTruths.Append(parsed.GetValue(_annotations.Label)).FirstOrDefault(c => reader.Columns.Contains(c, StringComparer.Ordinal))
            ?? throw new RefusedException("truth.column", $"{file.Name} has no column that looks like the truth. Name it with --truth-label. It has: {TableFile.Listed(reader.Columns)}.");
    }

    private static void Write(FileInfo file, Annotations annotations, AggregatedLabels result)
    {
        using var stream = new FileStream(file.FullName, FileMode.Create, FileAccess.Write);
        using var csv = CsvWriter.Create(stream, new CsvWriterOptions { HasHeader = false, NewLine = "\n" }, leaveOpen: true);
        csv.WriteRecord(["item", "label", "confidence", "verdicts", "tied", .. annotations.Labels.Select(l => $"p_{l}")]);
        for (var item = 0; item < annotations.Items.Count; item++)
        {
            csv.WriteRecord([
                annotations.Items[item],
                result.Labels[item] < 0 ? "" : annotations.Labels[result.Labels[item]],
                Figure(result.Confidence(item)),
                annotations.Table.Verdicts(item).ToString(CultureInfo.InvariantCulture),
                result.Tied[item] ? "true" : "false",
                .. result.Of(item).ToArray().Select(Figure),
            ]);
        }
    }

    private static string Figure(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
