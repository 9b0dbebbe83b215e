using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.Agreement;

public sealed class AgreementIntervalTests
{
    private static readonly Dictionary<string, Func<RatingTable, Coefficient>> Measures = new(StringComparer.Ordinal)
    {
        ["percent"] = t => PercentAgreement.Of(t),
        ["fleiss"] = t => FleissKappa.Of(t),
        ["ac1"] = t => GwetAc1.Of(t),
        ["alpha nominal"] = t => KrippendorffAlpha.Of(t),
        ["alpha ordinal"] = t => KrippendorffAlpha.Of(t, MeasurementLevel.Ordinal),
        ["alpha interval"] = t => KrippendorffAlpha.Of(t, MeasurementLevel.Interval),
        ["cohen"] = t => CohenKappa.Mean(t),
        ["cohen linear"] = t => CohenKappa.Mean(t, KappaWeights.Linear),
        ["cohen quadratic"] = t => CohenKappa.Mean(t, KappaWeights.Quadratic),
    };

    public static TheoryData<string> Names => [.. Measures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Standard_error_equals_that_of_leaving_each_item_out(string name)
    {
        var random = new SeededRandom(17);
        var grid = Grids.Draw(ref random, 300, [0.4, 0.3, 0.2, 0.1], [0.9, 0.8, 0.7, 0.85], 0.25);
        var measure = Measures[name];
        var result = measure(Grids.Table(grid, 4));

        double[] without = [.. Enumerable.Range(0, grid.Length).Select(i => measure(Grids.Table([.. grid[..i], .. grid[(i + 1)..]], 4)).Value!.Value)];
        var mean = without.Average();
        var jackknife = Math.Sqrt(without.Sum(v => (v - mean) * (v - mean)) * (grid.Length - 1) / grid.Length);

        (StandardError(result) / jackknife).ShouldBe(1, 0.02);
    }

    [Fact]
    public void Wider_confidence_gives_a_wider_interval_around_the_same_value()
    {
        var random = new SeededRandom(2);
        var table = Grids.Table(Grids.Draw(ref random, 300, [0.5, 0.5], [0.9, 0.9], 0), 2);

        var (narrow, wide) = (KrippendorffAlpha.Of(table, confidence: 0.8), KrippendorffAlpha.Of(table, confidence: 0.99));

        narrow.Value.ShouldBe(wide.Value);
        wide.Interval!.Value.Lower.ShouldBeLessThan(narrow.Interval!.Value.Lower);
        wide.Interval!.Value.Upper.ShouldBeGreaterThan(narrow.Interval!.Value.Upper);
    }

    [Theory]
    [InlineData(0.975, 5, 2.570582, 5e-4)]
    [InlineData(0.975, 30, 2.042272, 1e-5)]
    [InlineData(0.995, 199, 2.600760, 1e-5)]
    public void Student_quantile_equals_the_tables(double p, int degrees, double expected, double tolerance) =>
        ItemSpread.StudentQuantile(p, degrees).ShouldBe(expected, tolerance);

    /// <summary>The standard error that the ends were made of, on Fisher's scale.</summary>
    private static double StandardError(Coefficient result)
    {
        var ends = result.Interval!.Value;
        var reach = (Math.Atanh(ends.Upper) - Math.Atanh(ends.Lower)) / 2;
        return reach * (1 - (result.Value!.Value * result.Value.Value)) / ItemSpread.StudentQuantile(0.975, result.N - 1);
    }
}
