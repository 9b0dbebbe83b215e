using ReviewStudio.Core.Training.Backtest;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Backtest;

public sealed class LearningCurveTests
{
    private static readonly int[] Labels = [100, 200, 400];

    [Fact]
    public void Area_is_the_mean_height_above_the_other()
    {
        var own = new LearningCurve(Labels, [0.5, 0.7, 0.8]);
        var other = new LearningCurve(Labels, [0.5, 0.6, 0.6]);

        // Trapezoids: 100·(0 + 0.1)/2 + 200·(0.1 + 0.2)/2 = 35, over a width of 300.
        own.AreaAbove(other).ShouldBe(35.0 / 300, 1e-12);
        other.AreaAbove(own).ShouldBe(-35.0 / 300, 1e-12);
        own.AreaAbove(own).ShouldBe(0);
    }

    [Fact]
    public void Area_with_one_point_is_the_difference_there() =>
        new LearningCurve([50], [0.7]).AreaAbove(new LearningCurve([50], [0.6])).ShouldBe(0.1, 1e-12);

    [Fact]
    public void Area_over_other_labels_is_refused() =>
        Should.Throw<ArgumentException>(() => new LearningCurve(Labels, [1, 1, 1]).AreaAbove(new LearningCurve([100, 200, 300], [1, 1, 1])));

    [Fact]
    public void Labels_to_reach_is_the_first_point_at_or_above_the_score()
    {
        var curve = new LearningCurve(Labels, [0.5, 0.7, 0.6]);

        curve.LabelsToReach(0.5).ShouldBe(100);
        curve.LabelsToReach(0.55).ShouldBe(200);
        curve.LabelsToReach(0.71).ShouldBeNull();
    }

    [Fact]
    public void Mean_is_taken_point_by_point() =>
        LearningCurve.Mean([new(Labels, [0.2, 0.4, 0.6]), new(Labels, [0.4, 0.6, 1.0])]).Scores.Select(s => Math.Round(s, 9)).ShouldBe([0.3, 0.5, 0.8]);
}
