using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue.Ranking;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Ranking;

public sealed class RankingStrategyTests
{
    private static double Of(string key, params float[] probabilities) => RankingStrategies.Find(key).Uncertainty(new(probabilities));

    [Fact]
    public void Margin_is_one_minus_the_lead_of_the_first_label()
    {
        Of("margin", .5f, .3f, .2f).ShouldBe(0.8, 1e-6);
        Of("margin", .2f, .3f, .5f).ShouldBe(0.8, 1e-6);
        Of("margin", .5f, .5f, 0f).ShouldBe(1, 1e-6);
        Of("margin", 1f, 0f).ShouldBe(0, 1e-6);
    }

    [Fact]
    public void Entropy_is_scaled_to_the_number_of_labels()
    {
        Of("entropy", .25f, .25f, .25f, .25f).ShouldBe(1, 1e-6);
        Of("entropy", 1f, 0f, 0f).ShouldBe(0);
        Of("entropy", .5f, .5f, 0f).ShouldBe(Math.Log(2) / Math.Log(3), 1e-6);
    }

    [Fact]
    public void Least_confidence_looks_at_the_first_label_only()
    {
        Of("least-confidence", .6f, .4f, 0f).ShouldBe(0.6, 1e-6);
        Of("least-confidence", .6f, .2f, .2f).ShouldBe(0.6, 1e-6);
        Of("least-confidence", .5f, .5f).ShouldBe(1, 1e-6);
    }

    [Fact]
    public void Oldest_leaves_the_order_to_the_arrival()
    {
        var weights = new RankWeights(Uncertainty: 1, Severity: 0, Arrival: 1);
        var early = RankPriority.Rank(weights, Of("oldest", .5f, .5f), 0, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var late = RankPriority.Rank(weights, Of("oldest", .9f, .1f), 0, new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));

        early.ShouldBeLessThan(late);
    }

    [Fact]
    public void Random_is_uniform_and_repeats_itself_for_a_case_and_a_seed()
    {
        var random = RankingStrategies.Find("random");
        var values = Enumerable.Range(0, 4000).Select(i => random.Uncertainty(new([], new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), 3))).ToArray();

        values.ShouldAllBe(v => v >= 0 && v < 1);
        values.Average().ShouldBe(0.5, 0.02);
        values.Count(v => v < 0.1).ShouldBeInRange(330, 470);
        values.Distinct().Count().ShouldBe(4000);
        random.Uncertainty(new([.9f, .1f], new Guid(5, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), 3)).ShouldBe(values[5]);
        random.Uncertainty(new([], new Guid(5, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), 4)).ShouldNotBe(values[5]);
    }

    [Fact]
    public void Every_strategy_stays_between_0_and_1_also_without_a_model()
    {
        foreach (var strategy in RankingStrategies.All)
        {
            foreach (float[] row in new float[][] { [], [1f], [.5f, .5f], [1f, 0f, 0f], [.34f, .33f, .33f] })
            {
                strategy.Uncertainty(new(row, Guid.NewGuid())).ShouldBeInRange(0, 1, strategy.Key);
            }
        }
    }

    [Fact]
    public void Unknown_strategy_is_refused_with_the_known_ones() =>
        Should.Throw<RefusedException>(() => RankingStrategies.Find("psychic")).Message.ShouldContain("margin, entropy");

    [Fact]
    public void Priority_adds_uncertainty_and_severity_and_subtracts_days_since_2020()
    {
        var weights = new RankWeights(Uncertainty: 2, Severity: 3, Arrival: 0.1);
        var arrived = new DateTime(2020, 1, 11, 12, 0, 0, DateTimeKind.Utc);

        RankPriority.Priority(weights, 0.5, 0.25, arrived).ShouldBe(1 + 0.75 - 1.05, 1e-9);
        RankPriority.Rank(weights, 0.5, 0.25, arrived).ShouldBe(-0.7, 1e-9);
        RankPriority.ExpectedSeverity([.5f, .25f, .25f], [0, 2, 4]).ShouldBe(1.5 / 4, 1e-6);
        RankPriority.ExpectedSeverity([.5f, .5f], [0, 0]).ShouldBe(0);
    }

    [Fact]
    public void Reason_names_the_two_most_likely_labels()
    {
        string[] names = ["benign", "harassment", "spam"];

        RankReason.Of([.41f, .53f, .06f], names).ShouldBe("53 % harassment, 41 % benign");
        RankReason.Of([.999f, .0006f, .0004f], names).ShouldBe(">99 % benign, <1 % harassment");
        RankReason.Of([], names).ShouldBe("no model yet");
        RankReason.Of("random", [.41f, .53f, .06f], names).ShouldBe("drawn at random; 53 % harassment, 41 % benign");
        Should.Throw<ArgumentException>(() => RankReason.Of([.5f, .5f], ["one"]));
    }
}
