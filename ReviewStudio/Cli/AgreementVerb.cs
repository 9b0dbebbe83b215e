using System.CommandLine;
using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Cli;

/// <summary>How far the raters of a file agree.</summary>
public sealed class AgreementVerb : IVerb
{
    private const string Help = $"""
        Measure how far raters agree: percent agreement, Fleiss' kappa, Krippendorff's alpha, Gwet's AC1 and the mean of Cohen's
        kappa over pairs of raters, each with an interval over items. What cannot be computed is null, with the reason.

        {AnnotationOptions.Help}

        Examples:
          reviewstudio agreement --annotations verdicts.csv --item post --rater reviewer --label verdict
          reviewstudio agreement --annotations severity.csv --item post --rater reviewer --label severity --level ordinal --labels low,medium,high
          reviewstudio agreement --annotations hatecheck_annotations.csv --item case_id --raters label_1..label_10 --json
        """;

    private readonly AnnotationOptions _annotations = new();
    private readonly Option<string> _level = new("--level") { Description = "What labels are to each other, for alpha: nominal, ordinal or interval.", DefaultValueFactory = _ => "nominal" };
    private readonly Option<string> _weights = new("--weights") { Description = "How much a disagreement counts in Cohen's kappa: none, linear or quadratic.", DefaultValueFactory = _ => "none" };
    private readonly Option<double> _confidence = new("--confidence") { Description = "The nominal coverage of the intervals.", DefaultValueFactory = _ => 0.95 };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var command = new Command("agreement", Help);
        _annotations.AddTo(command);
        _level.AcceptOnlyFromAmong("nominal", "ordinal", "interval");
        _weights.AcceptOnlyFromAmong("none", "linear", "quadratic");
        command.Add(_level);
        command.Add(_weights);
        command.Add(_confidence);
        command.SetAction((parsed, cancellation) => CommandLine.GuardAsync(async () =>
        {
            var summary = await MeasureAsync(parsed, cancellation);
            if (parsed.GetValue(options.Json))
            {
                CommandLine.PrintJson(Json(summary));
            }
            else
            {
                Print(summary);
            }

            return 0;
        }));
        return command;
    }

    private async Task<AgreementSummary> MeasureAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var confidence = parsed.GetValue(_confidence);
        if (confidence is not (> 0 and < 1))
        {
            throw new RefusedException("agreement.confidence", "--confidence lies strictly between 0 and 1, such as 0.95.");
        }

        var columns = _annotations.Read(parsed);
        var annotations = await AnnotationFile.ReadAsync(columns, cancellation);
        var level = Enum.Parse<MeasurementLevel>(parsed.GetRequiredValue(_level), ignoreCase: true);
        var weights = Enum.Parse<KappaWeights>(parsed.GetRequiredValue(_weights), ignoreCase: true);
        var numbers = annotations.Numbers;
        if (level == MeasurementLevel.Interval && numbers is null)
        {
            var odd = annotations.Labels.First(l => AnnotationFile.Numbers([l]) is null);
            throw new RefusedException("agreement.level", $"--level interval needs labels that are numbers, and '{odd}' is none. Use --level nominal, or --level ordinal with --labels.");
        }

        if ((level == MeasurementLevel.Ordinal || weights != KappaWeights.None) && numbers is null && columns.Known.Count == 0)
        {
            throw new RefusedException("agreement.order", $"The order of the labels is not known. Give it, lowest first: --labels {string.Join(',', annotations.Labels)}");
        }

        return AgreementSummary.Of(annotations.Table, level, numbers, weights, confidence);
    }

    private static (string Name, string Title, Coefficient Value)[] Rows(AgreementSummary summary) =>
    [
        ("percent_agreement", "Percent agreement", summary.PercentAgreement),
        ("fleiss_kappa", "Fleiss' kappa", summary.FleissKappa),
        ("krippendorff_alpha", "Krippendorff's alpha", summary.KrippendorffAlpha),
        ("gwet_ac1", "Gwet's AC1", summary.GwetAc1),
        ("cohen_kappa_mean", "Cohen's kappa (mean)", summary.CohenKappaMean),
    ];

    private static Dictionary<string, object?> Json(AgreementSummary summary)
    {
        var rows = Rows(summary);
        var json = new Dictionary<string, object?>(StringComparer.Ordinal) { ["items"] = summary.Items, ["raters"] = summary.Raters, ["labels"] = summary.Labels };
        foreach (var row in rows)
        {
            json[row.Name] = row.Value.Value;
        }

        json["intervals"] = rows.ToDictionary(r => r.Name, r => r.Value.Interval, StringComparer.Ordinal);
        if (rows.Any(r => r.Value.WhyNot is not null))
        {
            json["undefined"] = rows.Where(r => r.Value.WhyNot is not null).ToDictionary(r => r.Name, r => r.Value.WhyNot, StringComparer.Ordinal);
        }

        if (rows.Any(r => r.Value.Caution is not null))
        {
            json["cautions"] = rows.Where(r => r.Value.Caution is not null).ToDictionary(r => r.Name, r => r.Value.Caution, StringComparer.Ordinal);
        }

        return json;
    }

    private static void Print(AgreementSummary summary)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Verdicts:N0} verdicts of {summary.Raters:N0} raters on {summary.Items:N0} items, {summary.Labels:N0} labels"));
        foreach (var (_, title, value) in Rows(summary))
        {
            var figure = value.Value is { } v ? v.ToString("0.0000", CultureInfo.InvariantCulture) : value.WhyNot;
            var interval = value.Interval is { } i ? string.Create(CultureInfo.InvariantCulture, $"   {i.Confidence:0.##%} interval {i.Lower:0.0000} to {i.Upper:0.0000}") : "";
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title,-22}{figure}{interval}   n {value.N:N0}"));
            if (value.Caution is not null)
            {
                Console.Out.WriteLine(new string(' ', 22) + value.Caution);
            }
        }
    }
}
