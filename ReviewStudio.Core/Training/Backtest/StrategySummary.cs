using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>A strategy over all seeds, beside random.</summary>
/// <param name="LabelsToMatchRandom">The fewest labels at which the mean curve reaches the score that random's mean curve ends at; null where it never does, or random was not played.</param>
/// <param name="Saving">The share of the budget that this saves, 0 to 1; null with the former.</param>
/// <param name="MacroF1">Mean macro-F1 at the end of the budget.</param>
/// <param name="AreaDifference">Mean over the seeds of the area between its curve and random's of the same seed, divided by the range of labels; null where random was not played.</param>
/// <param name="AreaLower">Lower end of its 95 % t-interval over the seeds; null for fewer than two seeds.</param>
/// <param name="AreaUpper">Upper end.</param>
/// <param name="Seeds">Seeds behind it.</param>
/// <param name="Rejected">Heads, over all seeds, that did not go into service.</param>
public sealed record StrategySummary(
    int? LabelsToMatchRandom, double? Saving, double MacroF1, double? AreaDifference, double? AreaLower, double? AreaUpper, int Seeds, int Rejected)
{
    private const double Confidence = 0.95;

    /// <summary>The summaries by strategy, in the order in which the points name them. Seeds whose curve is not complete for every strategy are left out.</summary>
    /// <param name="pointsOfCurve">Points of a complete curve.</param>
    public static IReadOnlyDictionary<string, StrategySummary> Of(IReadOnlyList<BacktestPoint> points, int pointsOfCurve)
    {
        ArgumentNullException.ThrowIfNull(points);
        var curves = points.GroupBy(p => p.Strategy, StringComparer.Ordinal).ToDictionary(
            g => g.Key, g => g.GroupBy(p => p.Seed).ToDictionary(s => s.Key, CurveOf), StringComparer.Ordinal);
        var seeds = points.Select(p => p.Seed).Distinct().Order()
            .Where(seed => curves.Values.All(s => s.TryGetValue(seed, out var curve) && curve.Labels.Count == pointsOfCurve)).ToList();
        var summaries = new Dictionary<string, StrategySummary>(StringComparer.Ordinal);
        if (seeds.Count == 0)
        {
            return summaries;
        }

        var random = curves.GetValueOrDefault(BacktestRequest.Baseline);
        var goal = random is null ? null : LearningCurve.Mean([.. seeds.Select(s => random[s])]);
        foreach (var (strategy, own) in curves)
        {
            var mean = LearningCurve.Mean([.. seeds.Select(s => own[s])]);
            var match = goal is null ? null : mean.LabelsToReach(goal.Scores[^1]);
            var areas = random is null ? [] : seeds.ConvertAll(s => own[s].AreaAbove(random[s]));
            var interval = StudentT.OfMean(areas, Confidence);
            summaries[strategy] = new(
                match,
                match is { } labels ? Math.Round(1 - ((double)labels / mean.Labels[^1]), 4) : null,
                mean.Scores[^1],
                areas.Count > 0 ? areas.Average() : null,
                interval?.Lower,
                interval?.Upper,
                seeds.Count,
                points.Count(p => p.Strategy == strategy && seeds.Contains(p.Seed) && !p.Served));
        }

        return summaries;
    }

    private static LearningCurve CurveOf(IEnumerable<BacktestPoint> points)
    {
        var ordered = points.OrderBy(p => p.Labels).ToList();
        return new([.. ordered.Select(p => p.Labels)], [.. ordered.Select(p => p.MacroF1)]);
    }
}
