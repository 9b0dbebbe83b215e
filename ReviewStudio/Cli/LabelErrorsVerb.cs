using System.CommandLine;
using System.Globalization;
using CsvHelper;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Metrics.LabelErrors;

namespace ReviewStudio.Cli;

/// <summary>Finds labels that are probably wrong.</summary>
public sealed class LabelErrorsVerb : IVerb
{
    private const string Help = """
        Find labels that are probably wrong, by confident learning (Northcutt et al. 2021), from probabilities that were predicted
        out of fold: by a model that had not seen the example. The file has the columns id, label, and p_<label> for each label.

        Examples:
          reviewstudio label-errors --predictions oof.csv --json
          reviewstudio label-errors --predictions oof.csv --rule confident-joint --rank self-confidence --out suspects.csv
        """;

    private const string Prefix = "p_";

    private readonly Option<FileInfo> _file = new("--predictions") { Description = "The file with ids, labels and probabilities.", Required = true, HelpName = "FILE" };
    private readonly Option<string> _id = new("--id") { Description = "The column that names the example.", DefaultValueFactory = _ => "id", HelpName = "COL" };
    private readonly Option<string> _label = new("--label") { Description = "The column with the label to check.", DefaultValueFactory = _ => "label", HelpName = "COL" };
    private readonly Option<string> _rule = new("--rule") { Description = "Which examples are suspects: noise-rate (as many as the joint of given and true labels estimates) or confident-joint (only those counted off its diagonal: fewer and surer).", DefaultValueFactory = _ => "noise-rate" };
    private readonly Option<string> _rank = new("--rank") { Description = "What they are ordered by: normalized-margin or self-confidence.", DefaultValueFactory = _ => "normalized-margin" };
    private readonly Option<FileInfo?> _out = new("--out") { Description = "Where to write id, label, suggested, self_confidence and margin of the suspects as CSV.", HelpName = "FILE" };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _rule.AcceptOnlyFromAmong("confident-joint", "noise-rate");
        _rank.AcceptOnlyFromAmong("normalized-margin", "self-confidence");
        var command = new Command("label-errors", Help) { _file, _id, _label, _rule, _rank, _out };
        command.SetAction((parsed, cancellation) => CommandLine.GuardAsync(() => RunAsync(parsed, options, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, GlobalOptions options, CancellationToken cancellation)
    {
        var predictions = await ReadAsync(parsed, cancellation);
        var report = ConfidentLearning.Find(
            predictions.Given.ToArray(),
            predictions.Rows,
            predictions.Labels.Count,
            parsed.GetValue(_rule) == "confident-joint" ? SuspectRule.ConfidentJoint : SuspectRule.NoiseRate,
            parsed.GetValue(_rank) == "self-confidence" ? SuspectOrder.SelfConfidence : SuspectOrder.NormalizedMargin);
        if (parsed.GetValue(_out) is { } file)
        {
            Write(file, predictions, report);
        }

        if (parsed.GetValue(options.Json))
        {
            CommandLine.PrintJson(new { flagged = report.Suspects.Count, ids = report.Suspects.Select(s => predictions.Ids[s.Example]) });
            return 0;
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Suspects.Count:N0} of {predictions.Ids.Count:N0} labels are suspect, most suspect first"));
        foreach (var suspect in report.Suspects)
        {
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{predictions.Ids[suspect.Example]}\t{predictions.Labels[suspect.Given]} at {suspect.SelfConfidence:0.000}, rather {predictions.Labels[suspect.Suggested]} at {suspect.SelfConfidence - suspect.Margin:0.000}"));
        }

        return 0;
    }

    private async Task<Predictions> ReadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var file = parsed.GetRequiredValue(_file);
        await using var reader = await TableFile.OpenAsync(file, cancellation);
        var id = TableFile.Column(reader, file, "--id", parsed.GetRequiredValue(_id));
        var label = TableFile.Column(reader, file, "--label", parsed.GetRequiredValue(_label));
        string[] labels = [.. reader.Columns.Where(c => c.StartsWith(Prefix, StringComparison.Ordinal) && c.Length > Prefix.Length).Select(c => c[Prefix.Length..])];
        if (labels.Length < 2)
        {
            throw new RefusedException("predictions.columns", $"{file.Name} needs a column p_<label> for each of two labels or more. It has: {TableFile.Listed(reader.Columns)}.");
        }

        var predictions = new Predictions(labels, [], [], []);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in reader.ReadAsync(cancellation))
        {
            var name = TableFile.Needed(TableFile.Whole(row, file), file, id);
            if (!seen.Add(name))
            {
                throw new RefusedException("predictions.twice", $"{file.Name}, line {row.Line}: {name} was there before. Keep one row for each id.");
            }

            var given = TableFile.Needed(row, file, label);
            predictions.Ids.Add(name);
            predictions.Given.Add(Array.IndexOf(labels, given) is >= 0 and var place
                ? place
                : throw new RefusedException("predictions.label", $"{file.Name}, line {row.Line}: the label '{given}' has no column '{Prefix}{given}'. There are: {TableFile.Listed(labels)}."));
            predictions.Rows.Add(Probabilities(row, file, labels));
        }

        return predictions.Ids.Count > 0 ? predictions : throw new RefusedException("predictions.empty", $"{file.Name} has a header and no rows.");
    }

    private static double[] Probabilities(SourceRow row, FileInfo file, string[] labels)
    {
        var values = new double[labels.Length];
        for (var k = 0; k < labels.Length; k++)
        {
            var text = TableFile.Needed(row, file, Prefix + labels[k]);
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out values[k]) || values[k] is not (>= 0 and <= 1))
            {
                throw new RefusedException("predictions.probability", $"{file.Name}, line {row.Line}: '{text}' in {Prefix}{labels[k]} is not a probability between 0 and 1.");
            }
        }

        return Math.Abs(values.Sum() - 1) <= 0.02
            ? values
            : throw new RefusedException("predictions.sum", string.Create(CultureInfo.InvariantCulture, $"{file.Name}, line {row.Line}: the probabilities add up to {values.Sum():0.###}, not to 1. Give one for every label."));
    }

    private static void Write(FileInfo file, Predictions predictions, LabelErrorReport report)
    {
        using var stream = new FileStream(file.FullName, FileMode.Create, FileAccess.Write);
        using var csv = CsvWriter.Create(stream, new CsvWriterOptions { HasHeader = false, NewLine = "\n" }, leaveOpen: true);
        csv.WriteRecord(["id", "label", "suggested", "self_confidence", "margin"]);
        foreach (var suspect in report.Suspects)
        {
            csv.WriteRecord([
                predictions.Ids[suspect.Example],
                predictions.Labels[suspect.Given],
                predictions.Labels[suspect.Suggested],
                suspect.SelfConfidence.ToString("0.######", CultureInfo.InvariantCulture),
                suspect.Margin.ToString("0.######", CultureInfo.InvariantCulture),
            ]);
        }
    }

    private sealed record Predictions(IReadOnlyList<string> Labels, List<string> Ids, List<int> Given, List<double[]> Rows);
}
