using System.Globalization;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.Agreement;

/// <summary>
/// How often the 95 % intervals hold the true value when items are drawn anew and the raters stay: the long suite makes the
/// tables of docs/agreement.md.
/// </summary>
public sealed class CoverageTests(ITestOutputHelper output)
{
    private static readonly (string Name, Func<RatingTable, Coefficient> Measure)[] Measures =
    [
        ("percent", t => PercentAgreement.Of(t)),
        ("Fleiss κ", t => FleissKappa.Of(t)),
        ("α nominal", t => KrippendorffAlpha.Of(t)),
        ("α ordinal", t => KrippendorffAlpha.Of(t, MeasurementLevel.Ordinal)),
        ("α interval", t => KrippendorffAlpha.Of(t, MeasurementLevel.Interval)),
        ("AC1", t => GwetAc1.Of(t)),
        ("mean κ", t => CohenKappa.Mean(t)),
    ];

    private static readonly (string Name, int Raters, double Missing)[] Panels = [("2", 2, 0), ("3", 3, 0), ("5, 30 % missing", 5, 0.3)];

    private static readonly (string Name, double[] Shares)[] Labels =
    [
        ("0.2", [0.8, 0.2]), ("0.5", [0.5, 0.5]), ("0.8", [0.2, 0.8]), ("0.5/0.3/0.2", [0.5, 0.3, 0.2]),
    ];

    [Fact]
    public void Intervals_of_200_items_hold_the_true_value_about_95_times_in_100()
    {
        foreach (var coverage in Cover(200, [0.8, 0.2], 3, 0.2, accuracy: 0.85, runs: 400, seed: 1))
        {
            coverage.ShouldBeInRange(0.92, 0.98);
        }
    }

    [Fact]
    public void Coverage_is_nominal_from_200_items_on_and_is_written_down_below()
    {
        LongSuites.Only();
        output.WriteLine($"| items | prevalence | raters | accuracy | {string.Join(" | ", Measures.Select(m => m.Name))} |");
        double[] worst = [1, 0];
        foreach (var (items, labels) in new[] { 200, 500 }.SelectMany(n => Labels.Select(l => (n, l))))
        {
            foreach (var coverage in Rows(items, labels))
            {
                worst = [Math.Min(worst[0], coverage), Math.Max(worst[1], coverage)];
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"In range: {worst[0]:0.0%} to {worst[1]:0.0%}"));
        foreach (var (items, labels) in new[] { 20, 50, 100 }.SelectMany(n => Labels.Select(l => (n, l))).Concat(new[] { 50, 200, 1000 }.Select(n => (n, ("0.05", new[] { 0.95, 0.05 })))))
        {
            _ = Rows(items, labels).Count();
        }

        worst[0].ShouldBeGreaterThanOrEqualTo(0.93);
        worst[1].ShouldBeLessThanOrEqualTo(0.97);
    }

    private IEnumerable<double> Rows(int items, (string Name, double[] Shares) labels)
    {
        foreach (var panel in Panels)
        {
            foreach (var accuracy in new[] { 0.97, 0.9, 0.75 })
            {
                var coverage = Cover(items, labels.Shares, panel.Raters, panel.Missing, accuracy, runs: 2000, seed: (ulong)items);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {items} | {labels.Name} | {panel.Name} | {accuracy} | {string.Join(" | ", coverage.Select(c => c.ToString("0.0%", CultureInfo.InvariantCulture)))} |"));
                foreach (var value in coverage)
                {
                    yield return value;
                }
            }
        }
    }

    private static double[] Cover(int items, double[] shares, int raters, double missing, double accuracy, int runs, ulong seed)
    {
        var random = new SeededRandom(seed);
        double[] skill = [.. Enumerable.Range(0, raters).Select(r => accuracy - 0.02 + (0.04 * r / (raters - 1)))];
        var many = Grids.Table(Grids.Draw(ref random, 300_000, shares, skill, missing), shares.Length);
        var truth = Measures.Select(m => m.Measure(many).Value!.Value).ToArray();
        var hits = new int[Measures.Length];
        for (var run = 0; run < runs; run++)
        {
            var table = Grids.Table(Grids.Draw(ref random, items, shares, skill, missing), shares.Length);
            for (var m = 0; m < hits.Length; m++)
            {
                // No interval holds nothing.
                hits[m] += Measures[m].Measure(table).Interval is { } interval && interval.Contains(truth[m]) ? 1 : 0;
            }
        }

        return [.. hits.Select(h => (double)h / runs)];
    }
}
