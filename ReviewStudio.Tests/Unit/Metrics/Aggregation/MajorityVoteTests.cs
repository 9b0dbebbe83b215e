using ReviewStudio.Core.Metrics.Aggregation;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.Aggregation;

public sealed class MajorityVoteTests
{
    [Fact]
    public void Most_votes_win_with_their_share_as_confidence()
    {
        var result = MajorityVote.Of(Grids.Table([[0, 1, 1], [2, 2, 2], [-1, 0, -1], [-1, -1, -1]], 3));

        result.Labels.ShouldBe([1, 2, 0, -1]);
        result.Confidence(0).ShouldBe(2.0 / 3, 1e-12);
        result.Confidence(1).ShouldBe(1);
        result.Of(0).ToArray().ShouldBe([1.0 / 3, 2.0 / 3, 0], 1e-12);
        result.Confidence(3).ShouldBe(0, "nobody judged it");
        result.Tied.ShouldBe([false, false, false, false]);
    }

    [Fact]
    public void Tie_goes_to_the_label_that_is_more_frequent_overall_and_is_told()
    {
        var result = MajorityVote.Of(Grids.Table([[0, 1], [1, 1], [1, 0]], 2));

        result.Labels.ShouldBe([1, 1, 1]);
        result.Tied.ShouldBe([true, false, true]);
        MajorityVote.Of(Grids.Table([[2, 1]], 3)).Labels.ShouldBe([1], "nothing speaks for either, so the first");
    }

    [Fact]
    public void One_expert_outweighs_two_others()
    {
        var table = Grids.Table([[1, 0, 0], [1, 1, 0]], 2);

        MajorityVote.Of(table).Labels.ShouldBe([0, 1]);
        MajorityVote.Weighted(table, [3, 1, 1]).Labels.ShouldBe([1, 1]);
        MajorityVote.Weighted(table, [3, 1, 1]).Confidence(0).ShouldBe(0.6, 1e-12);
        MajorityVote.Weighted(table, [0, 0, 0]).Labels.ShouldBe([0, 1], "without any weight heads decide");
        Should.Throw<ArgumentException>(() => MajorityVote.Weighted(table, [1, 1]));
        Should.Throw<ArgumentException>(() => MajorityVote.Weighted(table, [1, -1, 1]));
    }

    [Fact]
    public void Sums_of_weights_that_differ_only_in_rounding_are_a_tie()
    {
        var result = MajorityVote.Weighted(Grids.Table([[0, 0, 0, 1, 1]], 2), [0.1, 0.2, 0.3, 0.35, 0.25]);

        result.Tied[0].ShouldBeTrue();
    }

    [Fact]
    public void Weight_grows_with_accuracy_and_with_the_length_of_the_record()
    {
        MajorityVote.WeightOf(0, 0, 2).ShouldBe(0, "no record, no weight");
        MajorityVote.WeightOf(9, 10, 2).ShouldBe(Math.Log(10.0 / 2), 1e-12);
        MajorityVote.WeightOf(90, 100, 2).ShouldBeGreaterThan(MajorityVote.WeightOf(9, 10, 2));
        MajorityVote.WeightOf(2, 10, 2).ShouldBe(0, "below chance");
        MajorityVote.WeightOf(9, 10, 5).ShouldBeGreaterThan(MajorityVote.WeightOf(9, 10, 2), "chance is lower among five labels");
    }
}
