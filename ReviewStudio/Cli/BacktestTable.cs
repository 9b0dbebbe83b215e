using System.Globalization;
using System.Text;
using ReviewStudio.Core.Training.Backtest;

namespace ReviewStudio.Cli;

/// <summary>A backtest as a table for people: mean macro-F1 by labels spent, a column a strategy, and what it saves.</summary>
public static class BacktestTable
{
    public static string Of(BacktestResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var strategies = result.Points.Select(p => p.Strategy).Distinct().ToList();
        var seeds = result.Points.Select(p => p.Seed).Distinct().Count();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Macro-F1 on {result.TestRows:N0} held-out rows, mean of {seeds} {(seeds == 1 ? "seed" : "seeds")}\n\n  labels");
        strategies.ForEach(s => text.Append(CultureInfo.InvariantCulture, $"  {s,16}"));
        foreach (var labels in result.Points.GroupBy(p => p.Labels).OrderBy(g => g.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{labels.Key,8:N0}");
            strategies.ForEach(s => text.Append(CultureInfo.InvariantCulture, $"  {labels.Where(p => p.Strategy == s).Average(p => p.MacroF1),16:0.000}"));
        }

        text.Append('\n');
        foreach (var (strategy, summary) in result.Summary)
        {
            text.Append('\n').Append(strategy).Append(": ").Append(Words(summary));
        }

        return text.ToString();
    }

    /// <summary>What a strategy saves, in a sentence or two.</summary>
    public static string Words(StrategySummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var match = summary switch
        {
            { AreaDifference: null } => "random was not played, so there is nothing to compare with.",
            { LabelsToMatchRandom: { } labels, Saving: { } saving } => string.Create(CultureInfo.InvariantCulture, $"reaches the score that random ends at with {labels:N0} labels and saves {100 * saving:0} % of them."),
            _ => "does not reach the score that random ends at.",
        };
        var area = summary is { AreaDifference: { } difference, AreaLower: { } lower, AreaUpper: { } upper }
            ? string.Create(CultureInfo.InvariantCulture, $" Mean height above random {difference:+0.000;-0.000;0.000} (95 % interval {lower:+0.000;-0.000;0.000} to {upper:+0.000;-0.000;0.000}, n = {summary.Seeds} seeds).")
            : "";
        var rejected = summary.Rejected > 0 ? string.Create(CultureInfo.InvariantCulture, $" {summary.Rejected:N0} trained heads were turned away by their gates.") : "";
        return match + area + rejected;
    }
}
