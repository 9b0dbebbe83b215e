using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Core.Metrics.Aggregation;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.Aggregation;

public sealed class DawidSkeneTests
{
    [Fact]
    public void Fit_finds_the_raters_habits_and_beats_the_majority()
    {
        var random = new SeededRandom(5);
        double[] skill = [0.95, 0.9, 0.55, 0.5, 0.5];
        var grid = Grids.Draw(ref random, 4000, [0.5, 0.3, 0.2], skill, 0.1, out var truth);
        var table = Grids.Table(grid, 3);

        var fit = DawidSkene.Fit(table);

        fit.Converged.ShouldBeTrue();
        fit.Prior.ShouldBe([0.5, 0.3, 0.2], 0.03);
        for (var rater = 0; rater < skill.Length; rater++)
        {
            fit.Accuracy(rater).ShouldBe(skill[rater], 0.03);
            Enumerable.Range(0, 3).Sum(given => fit.Confusion(rater, 0, given)).ShouldBe(1, 1e-9);
        }

        var (model, majority) = (fit.Result.Accuracy(truth).Value!.Value, MajorityVote.Of(table).Accuracy(truth).Value!.Value);
        model.ShouldBeGreaterThan(majority + 0.05);
        model.ShouldBe(BestPossible(grid, truth, skill), 0.01);
    }

    [Fact]
    public void Posteriors_are_calibrated()
    {
        var random = new SeededRandom(6);
        var table = Grids.Table(Grids.Draw(ref random, 6000, [0.6, 0.4], [0.8, 0.75, 0.7, 0.85], 0.2, out var truth), 2);

        var result = DawidSkene.Fit(table).Result;

        var stated = Enumerable.Range(0, truth.Length).Where(i => result.Labels[i] >= 0).Average(result.Confidence);
        stated.ShouldBe(result.Accuracy(truth).Value!.Value, 0.02);
    }

    [Fact]
    public void Rater_who_swaps_two_labels_is_used_the_other_way_round()
    {
        var random = new SeededRandom(7);
        var grid = Grids.Draw(ref random, 1500, [0.5, 0.5], [0.85, 0.85, 0.85, 0.05], 0, out var truth);
        var fit = DawidSkene.Fit(Grids.Table(grid, 2));

        fit.Confusion(3, 0, 1).ShouldBe(0.95, 0.03);
        fit.Posterior([3], [1])[0].ShouldBeGreaterThan(0.9, "the one who is always wrong says 1");
        fit.Result.Accuracy(truth).Value!.Value.ShouldBeGreaterThan(0.95);
    }

    [Fact]
    public void Likelihood_rises_with_every_iteration()
    {
        var random = new SeededRandom(8);
        var table = Grids.Table(Grids.Draw(ref random, 500, [0.6, 0.4], [0.7, 0.65, 0.75], 0.2), 2);

        double[] likelihoods = [.. Enumerable.Range(1, 30).Select(n => DawidSkene.Fit(table, new(Tolerance: 0, MostIterations: n, Smoothing: 0)).LogLikelihood)];

        likelihoods.Zip(likelihoods[1..]).ShouldAllBe(p => p.Second >= p.First - 1e-9);
    }

    [Fact]
    public void Posterior_of_one_more_case_equals_Bayes_rule_by_hand()
    {
        var random = new SeededRandom(9);
        var fit = DawidSkene.Fit(Grids.Table(Grids.Draw(ref random, 800, [0.7, 0.3], [0.9, 0.8], 0), 2));
        var joint = new double[2];
        for (var t = 0; t < 2; t++)
        {
            joint[t] = fit.Prior[t] * fit.Confusion(0, t, 1) * fit.Confusion(1, t, 0);
        }

        fit.Posterior([0, 1], [1, 0])[1].ShouldBe(joint[1] / joint.Sum(), 1e-9);
        fit.Posterior([], []).ShouldBe([.. fit.Prior], 1e-9);
    }

    [Fact]
    public void Five_hundred_verdicts_on_an_item_do_not_underflow()
    {
        int[][] grid = [[.. Enumerable.Repeat(0, 500)], [.. Enumerable.Repeat(1, 500)], [.. Enumerable.Range(0, 500).Select(r => r < 260 ? 0 : 1)]];

        var fit = DawidSkene.Fit(Grids.Table(grid, 2));

        fit.Result.Labels.Take(2).ShouldBe([0, 1]);
        double.IsFinite(fit.LogLikelihood).ShouldBeTrue();
    }

    [Fact]
    public void Unjudged_items_stay_open_and_an_empty_table_has_no_labels()
    {
        DawidSkene.Fit(Grids.Table([[0, 0], [-1, -1], [1, 1]], 2)).Result.Labels.ShouldBe([0, -1, 1]);
        DawidSkene.Fit(Grids.Table(Array.Empty<int[]>(), 2)).Result.Labels.ShouldBeEmpty();
    }

    [Fact]
    public void Too_many_raters_and_labels_are_refused_before_memory_is_taken()
    {
        var table = RatingTable.Of([0], [0], [0], 1, 10_000, 1000);

        Should.Throw<ArgumentException>(() => DawidSkene.Fit(table)).Message.ShouldContain("Merge rare labels");
    }

    [Fact]
    public void Fit_can_be_broken_off() =>
        Should.Throw<OperationCanceledException>(() => DawidSkene.Fit(Grids.Table([[0, 1]], 2), cancellation: new CancellationToken(canceled: true)));

    /// <summary>The accuracy of Bayes' rule for one who knows every rater's skill and the shares.</summary>
    private static double BestPossible(int[][] grid, int[] truth, double[] skill)
    {
        double[] shares = [0.5, 0.3, 0.2];
        double right = 0, n = 0;
        for (var i = 0; i < grid.Length; i++)
        {
            if (grid[i].All(v => v < 0))
            {
                continue;
            }

            var best = Enumerable.Range(0, 3).MaxBy(t => Math.Log(shares[t]) + grid[i].Select((v, r) => v < 0 ? 0 : Math.Log(v == t ? skill[r] : (1 - skill[r]) / 2)).Sum());
            right += best == truth[i] ? 1 : 0;
            n++;
        }

        return right / n;
    }
}
