using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics;

public sealed class AlphaDifferenceTests
{
    [Fact]
    public void Test_keeps_its_level_where_nothing_changed()
    {
        var rejected = Enumerable.Range(0, 300).Count(i => AlphaDifference.Of(Draw(120, 0.8, (ulong)i), Draw(80, 0.8, (ulong)i + 5_000)).P < 0.05);
        (rejected / 300.0).ShouldBeInRange(0.01, 0.09);
    }

    [Fact]
    public void Test_finds_a_change_that_is_there()
    {
        var found = Enumerable.Range(0, 60).Count(i => AlphaDifference.Of(Draw(150, 0.7, (ulong)i), Draw(150, 0.9, (ulong)i + 5_000)).P < 0.05);
        (found / 60.0).ShouldBeGreaterThan(0.8);
    }

    [Fact]
    public void Interval_covers_the_true_difference()
    {
        // The truth from very many items.
        var truth = AlphaDifference.Of(Draw(60_000, 0.75, 1), Draw(60_000, 0.85, 2)).Difference!.Value;
        var covered = Enumerable.Range(0, 400).Count(i =>
            AlphaDifference.Of(Draw(250, 0.75, (ulong)i), Draw(250, 0.85, (ulong)i + 9_000)).Interval is { } ends && ends.Lower <= truth && truth <= ends.Upper);
        (covered / 400.0).ShouldBeInRange(0.92, 0.98);
    }

    [Fact]
    public void Permutation_and_normal_approximation_agree_on_large_sets()
    {
        var (first, second) = (Draw(8_000, 0.80, 3), Draw(8_000, 0.815, 4));
        var permuted = AlphaDifference.Of(first, second);
        var z = permuted.Difference!.Value / ((permuted.Interval!.Value.Upper - permuted.Interval.Value.Lower) / 2 / 1.959964);
        permuted.P!.Value.ShouldBe(2 * (1 - TrendTest.NormalCdf(Math.Abs(z))), 0.03);
    }

    [Fact]
    public void Sets_without_shared_items_give_no_difference_and_say_why()
    {
        var none = RatingTable.Of([0, 1], [0, 0], [0, 1], 2, 1, 3);
        var result = AlphaDifference.Of(none, Draw(50, 0.8, 1));
        (result.Difference, result.Interval, result.P).ShouldBe((null, null, null));
        result.First.WhyNot.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Trend_test_equals_its_other_form()
    {
        // The same z from deviations about the mean score, which the formula in sums must equal.
        int[] hits = [48, 38, 5, 1, 1], counts = [17_114, 14_502, 793, 127, 38];
        double total = counts.Sum(), p = hits.Sum() / total;
        var moved = Enumerable.Range(0, 5).Sum(t => t * (hits[t] - (counts[t] * p)));
        var mean = Enumerable.Range(0, 5).Sum(t => (double)t * counts[t]) / total;
        var variance = p * (1 - p) * Enumerable.Range(0, 5).Sum(t => counts[t] * (t - mean) * (t - mean));

        TrendTest.CochranArmitage(hits, counts)!.Value.ShouldBe(2 * (1 - TrendTest.NormalCdf(Math.Abs(moved) / Math.Sqrt(variance))), 1e-12);
        TrendTest.CochranArmitage([5, 5], [5, 5]).ShouldBeNull("all are hits");
        TrendTest.CochranArmitage([1, 0], [5, 0]).ShouldBeNull("one period alone");
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746068543)]
    [InlineData(-1.96, 0.024997895148220)]
    [InlineData(4.5, 0.999996602326875)]
    public void Normal_distribution_is_tabled(double x, double expected) => TrendTest.NormalCdf(x).ShouldBe(expected, 1e-9);

    private static RatingTable Draw(int count, double skill, ulong seed)
    {
        var random = new SeededRandom(seed);
        var (items, raters, labels) = (new int[count * 3], new int[count * 3], new int[count * 3]);
        for (var i = 0; i < count; i++)
        {
            var truth = random.Next(3);
            for (var r = 0; r < 3; r++)
            {
                (items[(i * 3) + r], raters[(i * 3) + r]) = (i, r);
                labels[(i * 3) + r] = random.NextUnit() < skill ? truth : random.Next(3);
            }
        }

        return RatingTable.Of(items, raters, labels, count, 3, 3);
    }
}
