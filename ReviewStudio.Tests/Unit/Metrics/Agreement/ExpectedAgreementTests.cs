using System.Text.Json;
using System.Text.Json.Serialization;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Tests.Architecture;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.Agreement;

/// <summary>Every measure against values that an independent implementation made: Fixtures/agreement/make_expected.py.</summary>
public sealed class ExpectedAgreementTests
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Expected File = JsonSerializer.Deserialize<Expected>(
        System.IO.File.ReadAllText(Path.Combine(Repository.Root, "ReviewStudio.Tests", "Fixtures", "agreement", "expected.json")), Names)!;

    public static TheoryData<string> Cases => [.. File.Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Measures_equal_the_independent_implementation(string name)
    {
        var expected = File.Cases.Single(c => c.Name == name);
        var table = Grids.Table(expected.Grid, expected.Labels);

        Same(PercentAgreement.Of(table), expected.Percent);
        Same(FleissKappa.Of(table), expected.Fleiss);
        Same(GwetAc1.Of(table), expected.Ac1);
        Same(KrippendorffAlpha.Of(table), expected.Alpha.Nominal);
        Same(KrippendorffAlpha.Of(table, MeasurementLevel.Ordinal), expected.Alpha.Ordinal);
        Same(KrippendorffAlpha.Of(table, MeasurementLevel.Interval, expected.Values), expected.Alpha.Interval);
        Same(CohenKappa.Mean(table), expected.CohenMean.None);
        Same(CohenKappa.Mean(table, KappaWeights.Linear), expected.CohenMean.Linear);
        Same(CohenKappa.Mean(table, KappaWeights.Quadratic), expected.CohenMean.Quadratic);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cohens_kappa_of_every_pair_equals_the_independent_implementation(string name)
    {
        var expected = File.Cases.Single(c => c.Name == name);
        var table = Grids.Table(expected.Grid, expected.Labels);
        var cells = RaterPairs.Of(table, KappaWeights.Linear);

        foreach (var pair in expected.Cohen)
        {
            int[] first = [.. expected.Grid.Select(r => r[pair.First] ?? -1)], second = [.. expected.Grid.Select(r => r[pair.Second] ?? -1)];
            Same(CohenKappa.Of(first, second, expected.Labels), pair.None);
            Same(CohenKappa.Of(first, second, expected.Labels, KappaWeights.Linear), pair.Linear);
            Same(CohenKappa.Of(first, second, expected.Labels, KappaWeights.Quadratic), pair.Quadratic);
            cells.SingleOrDefault(c => c.First == pair.First && c.Second == pair.Second)?.Kappa.Value.ShouldBe(CohenKappa.Of(first, second, expected.Labels, KappaWeights.Linear).Value);
        }
    }

    [Fact]
    public void Expected_values_were_themselves_compared_with_published_packages()
    {
        File.Cases.Count.ShouldBeGreaterThan(12);
        File.Checked.Values.Sum().ShouldBeGreaterThan(300);
    }

    private static void Same(Coefficient ours, double? expected)
    {
        if (expected is { } value)
        {
            ours.Value.ShouldNotBeNull(ours.WhyNot);
            ours.Value.Value.ShouldBe(value, 1e-9);
            ours.WhyNot.ShouldBeNull();
            return;
        }

        ours.Value.ShouldBeNull();
        ours.Interval.ShouldBeNull();
        ours.WhyNot!.ShouldStartWith("Not defined");
    }

    public sealed record Expected(IReadOnlyList<ExpectedCase> Cases, IReadOnlyDictionary<string, int> Checked);

    public sealed record ExpectedCase(
        string Name, int Labels, double[] Values, int?[][] Grid, double? Percent, double? Fleiss, double? Ac1, Levels Alpha, IReadOnlyList<Pair> Cohen, Weighted CohenMean);

    public sealed record Levels(double? Nominal, double? Ordinal, double? Interval);

    public sealed record Weighted(double? None, double? Linear, double? Quadratic);

    public sealed record Pair(int First, int Second, [property: JsonPropertyName("none")] double? None, double? Linear, double? Quadratic);
}
