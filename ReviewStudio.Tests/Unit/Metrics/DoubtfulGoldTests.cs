using ReviewStudio.Core.Metrics;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics;

public sealed class DoubtfulGoldTests
{
    [Fact]
    public void Item_that_good_raters_miss_together_is_doubtful_and_others_are_not()
    {
        // Six raters, ten items: all are right everywhere but on item 3.
        var answers = Grid(6, 10, (rater, item) => item != 3);

        var doubts = DoubtfulGold.Of(answers, 10, 6);

        doubts[3].ShouldBe(doubts[3] with { Judged = 6, Missed = 6, Doubtful = true });
        doubts.Where((_, i) => i != 3).ShouldAllBe(d => !d.Doubtful);
    }

    [Fact]
    public void Item_that_only_poor_raters_miss_is_not_doubtful()
    {
        // Raters 0 to 2 are right, 3 to 5 miss half of everything, item 3 with it.
        var answers = Grid(6, 10, (rater, item) => rater < 3 || item % 2 == 0);

        var doubt = DoubtfulGold.Of(answers, 10, 6)[3];

        (doubt.Judged, doubt.Missed, doubt.Doubtful).ShouldBe((3, 0, false));
    }

    [Fact]
    public void Two_misses_are_too_few_to_doubt()
    {
        var answers = Grid(2, 10, (_, item) => item != 3);
        DoubtfulGold.Of(answers, 10, 2)[3].Doubtful.ShouldBeFalse();
    }

    [Fact]
    public void Item_nobody_judged_has_no_doubt() => DoubtfulGold.Of([], 1, 0).ShouldBe([new ItemDoubt(0, 0, 1, false)]);

    [Theory]
    [InlineData(2, 3, 0.5, 0.5)]
    [InlineData(0, 5, 0.1, 1)]
    [InlineData(5, 5, 0.1, 1e-5)]
    [InlineData(6, 5, 0.9, 0)]
    [InlineData(1, 4, 0, 0)]
    [InlineData(4, 4, 1, 1)]
    public void Upper_tail_is_the_binomial_one(int k, int n, double p, double expected) => DoubtfulGold.UpperTail(k, n, p).ShouldBe(expected, 1e-12);

    private static List<KnownAnswer> Grid(int raters, int items, Func<int, int, bool> right) =>
        [.. Enumerable.Range(0, raters).SelectMany(r => Enumerable.Range(0, items).Select(i => new KnownAnswer(i, r, right(r, i))))];
}
