using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Gates;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

public sealed class PromotionGateTests
{
    private static readonly string[] Labels = ["benign", "abuse"];

    [Fact]
    public void Better_challenger_passes_every_check()
    {
        var truth = Truth(2000);

        var report = PromotionGate.Evaluate(new(Labels, truth, Head(truth, 0.80, 1), Head(truth, 0.90, 2), [], []));

        report.Decision.ShouldBe(GateOutcome.Pass);
        report.MayPromote.ShouldBeTrue();
        var comparison = report.Checks[0];
        comparison.Name.ShouldBe("macro-f1");
        comparison.Value!.Value.ShouldBe(0.1, 0.03);
        comparison.Interval!.Value.Lower.ShouldBeGreaterThan(0.05);
        comparison.N.ShouldBe(2000);
        comparison.Sentence.ShouldContain("95 % interval");
    }

    [Fact]
    public void Worse_challenger_fails()
    {
        var truth = Truth(2000);

        var report = PromotionGate.Evaluate(new(Labels, truth, Head(truth, 0.90, 1), Head(truth, 0.88, 2), [], []));

        report.Decision.ShouldBe(GateOutcome.Fail);
        report.Summary.ShouldBe("May not serve: macro-f1 failed.");
    }

    [Fact]
    public void Equal_point_estimates_with_a_wide_interval_fail_when_there_is_enough_data()
    {
        // Both heads are right in 75 % of the cases, but on different cases: the difference is 0 and badly known.
        var truth = Truth(600);
        var first = Rows(truth, i => i / 2 % 4 != 0);
        var second = Rows(truth, i => i / 2 % 4 != 1);

        var report = PromotionGate.Evaluate(new(Labels, truth, first, second, [], []));

        report.Checks[0].Value!.Value.ShouldBe(0, 1e-9);
        report.Checks[0].Outcome.ShouldBe(GateOutcome.Fail);
        report.Checks[0].Sentence.ShouldContain("the lower bound must lie above -0.01");
    }

    [Fact]
    public void Too_few_examples_warn_unless_the_challenger_is_clearly_worse()
    {
        var truth = Truth(200);
        var champion = Rows(truth, i => i / 2 % 5 != 0);
        var slightlyWorse = Rows(truth, i => i / 2 % 5 != 1 && i > 3);
        var clearlyWorse = Rows(truth, i => i / 2 % 5 > 2);

        var warned = PromotionGate.Evaluate(new(Labels, truth, champion, slightlyWorse, [], []));
        warned.Checks[0].Value!.Value.ShouldBeLessThan(0);
        warned.Decision.ShouldBe(GateOutcome.Warn);
        warned.Checks[0].Sentence.ShouldContain("not enough data");
        PromotionGate.Evaluate(new(Labels, truth, champion, clearlyWorse, [], [])).Checks[0].Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void First_head_must_beat_the_class_priors()
    {
        var truth = Truth(1000);
        var constant = truth.Select(_ => new[] { .5f, .5f }).ToArray();

        PromotionGate.Evaluate(new(Labels, truth, null, Head(truth, 0.85, 3), [], [])).Decision.ShouldBe(GateOutcome.Pass);
        var none = PromotionGate.Evaluate(new(Labels, truth, null, constant, [], []));
        none.Decision.ShouldBe(GateOutcome.Fail);
        none.Checks[0].Sentence.ShouldContain("always answering the most common label");
    }

    [Fact]
    public void Obligation_that_the_champion_meets_may_not_break()
    {
        var truth = Truth(2000);
        var champion = Rows(truth, i => truth[i] == 1 ? i % 50 != 1 : i % 4 != 0);
        var challenger = Rows(truth, i => truth[i] == 1 ? i % 10 != 1 : true);
        GateObligation[] recall = [new("abuse", ObligationMetric.Recall, 0.93, 0.95)];

        var report = PromotionGate.Evaluate(new(Labels, truth, champion, challenger, [], recall));

        report.Checks[0].Outcome.ShouldBe(GateOutcome.Pass, "the challenger is better overall");
        var check = report.Checks.Single(c => c.Name == "obligation:abuse:recall");
        check.Outcome.ShouldBe(GateOutcome.Fail);
        check.Value!.Value.ShouldBe(0.8, 0.01);
        report.MayPromote.ShouldBeFalse();
        PromotionGate.Evaluate(new(Labels, truth, challenger, challenger, [], recall)).Checks[1].Outcome.ShouldBe(GateOutcome.Warn);
        PromotionGate.Evaluate(new(Labels, truth, challenger, champion, [], recall)).Checks[1].Outcome.ShouldBe(GateOutcome.Pass);
    }

    [Fact]
    public void Slice_that_loses_clearly_fails_although_the_whole_gains()
    {
        var truth = Truth(2000);
        var languages = truth.Select((_, i) => i % 10 < 2 ? "de" : "en").ToArray();
        var champion = Rows(truth, i => i / 20 % 10 < 8);
        var challenger = Rows(truth, i => languages[i] == "de" ? i / 20 % 10 < 6 : i / 20 % 10 < 9);

        var report = PromotionGate.Evaluate(new(Labels, truth, champion, challenger, [new("language", languages)], []));

        report.Checks.Single(c => c.Name == "slice:language=de").Outcome.ShouldBe(GateOutcome.Fail);
        report.Checks.Single(c => c.Name == "slice:language=en").Outcome.ShouldBe(GateOutcome.Pass);
        report.Decision.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Overconfident_head_fails_the_calibration_check()
    {
        var truth = Truth(2000);
        var challenger = truth.Select((t, i) => i % 10 < 7 ? Row(t, .99f) : Row(1 - t, .99f)).ToArray();

        var check = PromotionGate.Evaluate(new(Labels, truth, challenger, challenger, [], [])).Checks.Single(c => c.Name == "calibration");

        check.Outcome.ShouldBe(GateOutcome.Fail);
        check.Value!.Value.ShouldBe(0.29, 0.01);
    }

    [Fact]
    public void Empty_frozen_set_warns()
    {
        var report = PromotionGate.Evaluate(new(Labels, [], null, [], [], []));

        report.Decision.ShouldBe(GateOutcome.Warn);
        report.Checks[0].Sentence.ShouldContain("The frozen set is empty");
    }

    [Fact]
    public void Report_survives_json()
    {
        var truth = Truth(300);
        var report = PromotionGate.Evaluate(new(Labels, truth, null, Head(truth, 0.85, 3), [], []));

        var json = report.ToJson();

        json.ShouldContain("\"outcome\":\"warn\"");
        var back = GateReport.FromJson(json);
        back.Checks.ShouldBe(report.Checks);
        back.Decision.ShouldBe(report.Decision);
    }

    [Fact]
    public void Malformed_input_is_refused()
    {
        Should.Throw<ArgumentException>(() => PromotionGate.Evaluate(new(Labels, [0, 1], null, [[.5f, .5f]], [], [])));
        Should.Throw<ArgumentException>(() => PromotionGate.Evaluate(new(Labels, [0], null, [[1f]], [], [])));
        Should.Throw<ArgumentException>(() => PromotionGate.Evaluate(new(Labels, [0], null, [[.5f, .5f]], [], [new("gone", ObligationMetric.Recall, .9, .95)])))
            .Message.ShouldContain("'gone'");
    }

    private static int[] Truth(int n) => Enumerable.Range(0, n).Select(i => i % 2).ToArray();

    private static float[][] Rows(int[] truth, Func<int, bool> right) =>
        truth.Select((t, i) => Row(right(i) ? t : 1 - t, .8f)).ToArray();

    private static float[][] Head(int[] truth, double accuracy, ulong seed)
    {
        var random = new SeededRandom(seed);
        return truth.Select(t => Row(random.NextUnit() < accuracy ? t : 1 - t, (float)accuracy)).ToArray();
    }

    private static float[] Row(int label, float p) => label == 0 ? [p, 1 - p] : [1 - p, p];
}
