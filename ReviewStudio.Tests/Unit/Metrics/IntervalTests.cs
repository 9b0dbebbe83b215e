using System.Diagnostics;
using ReviewStudio.Core.Metrics;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics;

public sealed class IntervalTests
{
    [Theory]
    [InlineData(0.975, 1.9599639845400536)]
    [InlineData(0.95, 1.6448536269514715)]
    [InlineData(0.9995, 3.2905267314918945)]
    [InlineData(0.5, 0)]
    [InlineData(0.001, -3.090232306167813)]
    public void Normal_quantile_equals_the_tables(double p, double expected) => Proportion.NormalQuantile(p).ShouldBe(expected, 1e-9);

    [Fact]
    public void Wilson_interval_equals_the_published_example()
    {
        // 81 of 263 at 95 %: 0.2553 to 0.3662 (Newcombe, Statistics in Medicine 17, 1998, table I, method 3).
        var interval = Proportion.Wilson(81, 263)!.Value;

        interval.Lower.ShouldBe(0.2553, 5e-5);
        interval.Upper.ShouldBe(0.3662, 5e-5);
    }

    [Fact]
    public void Wilson_interval_at_the_ends_stays_inside_0_and_1()
    {
        Proportion.Wilson(0, 10)!.Value.ShouldSatisfyAllConditions(
            i => i.Lower.ShouldBe(0),
            i => i.Upper.ShouldBe(0.2775327998628892, 1e-9));
        Proportion.Wilson(10, 10)!.Value.Upper.ShouldBe(1);
        Proportion.Wilson(0, 0).ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => Proportion.Wilson(5, 4));
        Should.Throw<ArgumentOutOfRangeException>(() => Proportion.Wilson(1, 4, 1.0));
    }

    [Fact]
    public void Quantile_interpolates_between_order_statistics()
    {
        Bootstrap.Quantile([1, 2, 3, 4], 0.5).ShouldBe(2.5);
        Bootstrap.Quantile([1, 2, 3, 4], 0.25).ShouldBe(1.75);
        Bootstrap.Quantile([5], 0.9).ShouldBe(5);
    }

    [Fact]
    public void Bootstrap_of_a_balanced_binary_score_has_the_width_of_its_standard_error()
    {
        // 400 examples, accuracy 0.8 in both labels: macro-F1 behaves like the accuracy, standard error √(.8·.2/400) = 0.02.
        var truth = Enumerable.Range(0, 400).Select(i => i % 2).ToArray();
        var predicted = truth.Select((t, i) => i % 10 is 0 or 1 ? 1 - t : t).ToArray();

        var estimate = Bootstrap.MacroF1(truth, predicted, 2, seed: 1);

        estimate.Point.Value!.Value.ShouldBe(0.8, 1e-9);
        estimate.Interval!.Value.Lower.ShouldBe(0.8 - (1.96 * 0.02), 0.006);
        estimate.Interval!.Value.Upper.ShouldBe(0.8 + (1.96 * 0.02), 0.006);
        estimate.N.ShouldBe(400);
        Bootstrap.MacroF1(truth, predicted, 2, seed: 1).ShouldBe(estimate);
    }

    [Fact]
    public void Paired_bootstrap_is_narrower_than_two_separate_ones_for_models_that_err_together()
    {
        var (truth, first, second) = TwoSimilarModels(2000);

        var paired = Bootstrap.MacroF1Difference(truth, first, second, 3, seed: 5);
        var alone = Bootstrap.MacroF1(truth, first, 3, seed: 5);

        var pairedWidth = paired.Interval!.Value.Upper - paired.Interval.Value.Lower;
        pairedWidth.ShouldBeLessThan(0.6 * (alone.Interval!.Value.Upper - alone.Interval.Value.Lower));
        paired.Difference.Value!.Value.ShouldBe(paired.Second.Value!.Value - paired.First.Value!.Value, 1e-12);
        paired.Interval.Value.Contains(paired.Difference.Value.Value).ShouldBeTrue();
        paired.Interval.Value.Lower.ShouldBeGreaterThan(0, "the second model repairs errors and makes none");
    }

    [Fact]
    public void Paired_bootstrap_of_a_model_with_itself_is_exactly_zero()
    {
        var (truth, first, _) = TwoSimilarModels(300);

        var same = Bootstrap.MacroF1Difference(truth, first, first, 3, seed: 5);

        same.Interval.ShouldBe(new Interval(0, 0, 0.95));
        Bootstrap.MacroF1Difference([], [], [], 3, seed: 5).Difference.Reason.ShouldBe("no examples");
    }

    [Fact]
    public void Paired_bootstrap_of_4000_examples_takes_well_under_two_seconds()
    {
        var (truth, first, second) = TwoSimilarModels(4000);
        var watch = Stopwatch.StartNew();

        Bootstrap.MacroF1Difference(truth, first, second, 3, seed: 5, resamples: 2000);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    private static (int[] Truth, int[] First, int[] Second) TwoSimilarModels(int n)
    {
        var random = new SeededRandom(11);
        var truth = new int[n];
        var first = new int[n];
        var second = new int[n];
        for (var i = 0; i < n; i++)
        {
            truth[i] = random.Next(3);
            first[i] = random.NextUnit() < 0.7 ? truth[i] : (truth[i] + 1) % 3;
            second[i] = random.NextUnit() < 0.1 ? truth[i] : first[i];
        }

        return (truth, first, second);
    }
}
