using ReviewStudio.Core.Metrics.Aggregation;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics;

public sealed class LabelPosteriorTests
{
    [Fact]
    public void Posterior_is_Bayes_rule_over_the_verdicts()
    {
        // 0.3·0.9·0.2 against 0.7·0.4·0.7, by hand.
        double[,] first = { { 0.9, 0.1 }, { 0.4, 0.6 } };
        double[,] second = { { 0.8, 0.2 }, { 0.3, 0.7 } };

        var posterior = LabelPosterior.Of([0.3, 0.7], [first, second], [0, 1]);

        posterior[0].ShouldBe(0.054 / (0.054 + 0.196), 1e-12);
        posterior.Sum().ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Posterior_without_verdicts_is_the_prior() => LabelPosterior.Of([0.25, 0.75], [], []).ShouldBe([0.25, 0.75], 1e-12);

    [Fact]
    public void Posterior_of_hundreds_of_verdicts_stays_finite()
    {
        var matrix = LabelPosterior.Uniform(3, 0.8);
        var posterior = LabelPosterior.Of([1 / 3.0, 1 / 3.0, 1 / 3.0], Enumerable.Repeat(matrix, 900).ToList(), Enumerable.Range(0, 900).Select(i => i % 2).ToList());
        posterior.ShouldAllBe(p => double.IsFinite(p));
        posterior[0].ShouldBe(0.5, 1e-9);
    }

    [Fact]
    public void Short_record_is_drawn_towards_the_assumption()
    {
        double[,] spotless = { { 1, 0 }, { 0, 1 } };

        var shrunk = LabelPosterior.Shrink(spotless, [2, 90], LabelPosterior.Uniform(2, 0.8), 10);

        shrunk[0, 0].ShouldBe((2 + 8) / 12.0, 1e-12);
        shrunk[1, 1].ShouldBe((90 + 8) / 100.0, 1e-12);
        shrunk[1, 0].ShouldBeGreaterThan(0, "what was never seen is unlikely, not impossible");
    }

    [Fact]
    public void Verdict_that_fits_no_label_is_refused() =>
        Should.Throw<ArgumentException>(() => LabelPosterior.Of([0.5, 0.5], [LabelPosterior.Uniform(2, 0.8)], [2]));
}
