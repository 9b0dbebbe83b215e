using ReviewStudio.Core.Training.Backtest;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Backtest;

public sealed class StrategySummaryTests
{
    [Fact]
    public void Saving_is_read_off_the_mean_curves()
    {
        var points = Curve("margin", 0, 0.5, 0.72, 0.8).Concat(Curve("margin", 1, 0.5, 0.70, 0.8))
            .Concat(Curve("random", 0, 0.5, 0.6, 0.7)).Concat(Curve("random", 1, 0.5, 0.6, 0.7)).ToList();

        var summary = StrategySummary.Of(points, 3);

        // Random ends at 0.70; the mean margin curve is at 0.71 with 200 of 300 labels.
        (summary["margin"].LabelsToMatchRandom, summary["margin"].Saving).ShouldBe((200, 0.3333));
        (summary["random"].LabelsToMatchRandom, summary["random"].Saving).ShouldBe((300, 0));
        summary["margin"].MacroF1.ShouldBe(0.8, 1e-12);
        summary["margin"].Seeds.ShouldBe(2);
    }

    [Fact]
    public void Area_is_paired_by_seed_and_has_a_t_interval_over_them()
    {
        // Heights above random of the same seed: 0, d, d give (0 + d)/2·100 + d·100 over 200 = 0.75·d, with d = 0.1 and 0.2.
        var points = Curve("margin", 0, 0.5, 0.7, 0.8).Concat(Curve("random", 0, 0.5, 0.6, 0.7))
            .Concat(Curve("margin", 1, 0.3, 0.6, 0.7)).Concat(Curve("random", 1, 0.3, 0.4, 0.5)).ToList();

        var margin = StrategySummary.Of(points, 3)["margin"];

        margin.AreaDifference!.Value.ShouldBe(0.1125, 1e-9);
        margin.AreaLower!.Value.ShouldBe(0.1125 - (12.7062 * 0.0375), 1e-4);
        margin.AreaUpper!.Value.ShouldBe(0.1125 + (12.7062 * 0.0375), 1e-4);
    }

    [Fact]
    public void Strategy_that_never_gets_there_saves_nothing_that_could_be_told()
    {
        var points = Curve("oldest", 0, 0.5, 0.5, 0.5).Concat(Curve("random", 0, 0.5, 0.6, 0.7)).ToList();

        var oldest = StrategySummary.Of(points, 3)["oldest"];

        (oldest.LabelsToMatchRandom, oldest.Saving, oldest.AreaLower).ShouldBe((null, null, null));
        oldest.AreaDifference!.Value.ShouldBeLessThan(0);
    }

    [Fact]
    public void Without_random_there_is_nothing_to_compare_with()
    {
        var margin = StrategySummary.Of([.. Curve("margin", 0, 0.5, 0.6, 0.7)], 3)["margin"];

        (margin.LabelsToMatchRandom, margin.AreaDifference).ShouldBe((null, null));
        margin.MacroF1.ShouldBe(0.7);
    }

    [Fact]
    public void Seed_that_is_not_complete_is_left_out()
    {
        var points = Curve("margin", 0, 0.5, 0.6, 0.7).Concat(Curve("random", 0, 0.5, 0.6, 0.7))
            .Concat(Curve("margin", 1, 0.9, 0.9, 0.9)).Concat(Curve("random", 1, 0.1)).ToList();

        var summary = StrategySummary.Of(points, 3);

        summary["margin"].Seeds.ShouldBe(1);
        summary["margin"].MacroF1.ShouldBe(0.7);
        StrategySummary.Of([.. Curve("margin", 1, 0.9)], 3).ShouldBeEmpty();
    }

    private static IEnumerable<BacktestPoint> Curve(string strategy, int seed, params double[] scores) =>
        scores.Select((score, i) => new BacktestPoint(strategy, seed, 100 * (i + 1), score, score, new Dictionary<string, int>(), Served: true));
}
