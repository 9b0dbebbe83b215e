using ReviewStudio.Core.Training.Heads;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

public sealed class PenaltyChoiceTests
{
    private static readonly double[] Grid = [0.1, 0.3, 1, 3];

    [Fact]
    public void Clear_maximum_is_found() => PenaltyChoice.Best(Grid, [0.60, 0.66, 0.70, 0.64]).ShouldBe(2);

    [Fact]
    public void Monotone_scores_end_at_the_edge()
    {
        PenaltyChoice.Best(Grid, [0.7, 0.6, 0.5, 0.4]).ShouldBe(0);
        PenaltyChoice.Best(Grid, [0.4, 0.5, 0.6, 0.7]).ShouldBe(3);
    }

    [Fact]
    public void Lucky_outlier_against_the_trend_is_not_followed() => PenaltyChoice.Best([0.1, 0.3, 1, 3, 10], [0.66, 0.715, 0.70, 0.71, 0.69]).ShouldBe(2);

    [Fact]
    public void Few_candidates_are_taken_as_they_are_and_ties_go_to_the_heavier()
    {
        PenaltyChoice.Best([0.1, 1], [0.7, 0.6]).ShouldBe(0);
        PenaltyChoice.Best([0.1, 1], [0.7, 0.7]).ShouldBe(1);
        PenaltyChoice.Best([1], [0.5]).ShouldBe(0);
    }
}
