using System.Globalization;
using ReviewStudio.Components.Controls;
using ReviewStudio.Core.Training.Backtest;

namespace ReviewStudio.Components.Pages.Backtest;

/// <summary>A backtest's points as lines of the chart.</summary>
public static class BacktestWords
{
    private static readonly string[] Colours = ["var(--accent)", "var(--info)", "var(--ok)", "var(--warn)", "var(--severe)"];

    /// <summary>A line a strategy: the mean over the seeds that have reached a point, and a band from the lowest seed to the highest.</summary>
    public static IReadOnlyList<ChartLine> Lines(BacktestEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return [.. entry.Arguments.Request.Strategies.Select(strategy => new ChartLine(
            strategy,
            Colour(entry, strategy),
            [.. entry.Points.Where(p => p.Strategy == strategy).GroupBy(p => p.Labels).OrderBy(g => g.Key).Select(g => Point(strategy, g.Key, [.. g.Select(p => p.MacroF1)]))]))];
    }

    /// <summary>The mean score that random ends at; null until it has.</summary>
    public static double? Goal(BacktestEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Summary.GetValueOrDefault(BacktestRequest.Baseline)?.MacroF1;
    }

    /// <summary>The colour of a strategy: grey for random, which is the yardstick.</summary>
    public static string Colour(BacktestEntry entry, string strategy)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var place = entry.Arguments.Request.Strategies.Where(s => s != BacktestRequest.Baseline).ToList().IndexOf(strategy);
        return place < 0 ? "var(--text-muted)" : Colours[place % Colours.Length];
    }

    /// <summary>Labels found at the end of a strategy's curves, the mean over the seeds, by label; empty before any point.</summary>
    public static IReadOnlyList<(string Label, double Count)> Found(BacktestEntry entry, string strategy)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var ends = entry.Points.Where(p => p.Strategy == strategy).GroupBy(p => p.Seed).Select(g => g.MaxBy(p => p.Labels)!).ToList();
        var labels = ends.SelectMany(p => p.Found.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return [.. labels.Select(l => (l, ends.Average(p => (double)p.Found.GetValueOrDefault(l))))];
    }

    private static ChartPoint Point(string strategy, int labels, double[] scores) => new(
        labels,
        scores.Average(),
        scores.Min(),
        scores.Max(),
        string.Create(CultureInfo.InvariantCulture, $"{strategy}, {labels:N0} labels: {scores.Average():0.000} [{scores.Min():0.000}, {scores.Max():0.000}] · n {scores.Length} {(scores.Length == 1 ? "seed" : "seeds")}"));
}
