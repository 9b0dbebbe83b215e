using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Heads;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

public sealed class LogisticHeadTrainerTests
{
    private static readonly HeadTrainerOptions Given = new() { L2 = 0.1, Temperature = 1 };

    [Fact]
    public void Head_learns_which_ngram_means_which_label()
    {
        var examples = HeadExamples.Make(120, seed: 1);
        var head = LogisticHeadTrainer.Fit(examples, HeadExamples.Labels, Given);

        var test = HeadExamples.Make(300, seed: 2);
        var predicted = LabelArrays.ArgMax(test.Select(e => head.Predict(e.Vector)).ToArray());

        ConfusionMatrix.Of([.. test.Select(e => e.Label)], predicted, 3).MacroF1().Value!.Value.ShouldBeGreaterThan(0.9);
        head.Predict(test[0].Vector).Sum().ShouldBe(1, 1e-5);
        head.LabelKeys.ShouldBe(HeadExamples.Labels);
        head.Report.PerLabel.Sum().ShouldBe(120);
    }

    [Fact]
    public void Same_examples_give_the_same_weights_bit_by_bit()
    {
        var examples = HeadExamples.Make(80, seed: 1);
        var options = new HeadTrainerOptions { Folds = 3 };

        var first = LogisticHeadTrainer.Fit(examples, HeadExamples.Labels, options);
        var second = LogisticHeadTrainer.Fit(examples, HeadExamples.Labels, options);

        second.L2.ShouldBe(first.L2);
        second.Temperature.ShouldBe(first.Temperature);
        second.Predict(examples[3].Vector).ShouldBe(first.Predict(examples[3].Vector));
    }

    [Fact]
    public void Penalty_and_temperature_are_chosen_by_cross_validation_and_reported()
    {
        var reported = new List<TrainingProgress>();
        var head = LogisticHeadTrainer.Fit(
            HeadExamples.Make(90, seed: 3), HeadExamples.Labels, new() { L2Grid = [0.1, 1, 1000], Folds = 3 }, new Collect(reported));

        head.Report.Candidates.Count.ShouldBe(3);
        head.L2.ShouldNotBe(1000, "with that penalty nothing is learnt");
        head.Report.OutOfFoldMacroF1!.Value.ShouldBeGreaterThan(0.8);
        reported[0].Text.ShouldBe("Cross-validating penalty 0.1 (1 of 3)");
        reported.Select(p => p.Fraction).ShouldBeInOrder();
        reported[^1].Fraction.ShouldBe(1);
    }

    [Fact]
    public void Temperature_makes_probabilities_of_noisy_labels_honest()
    {
        // One label in four is wrong, which a nearly unpenalised fit learns by heart and is then too sure about.
        var examples = HeadExamples.Make(400, seed: 5, noise: 0.25);
        var test = HeadExamples.Make(2000, seed: 6, noise: 0.25);
        var truth = test.Select(e => e.Label).ToArray();

        var raw = LogisticHeadTrainer.Fit(examples, HeadExamples.Labels, new() { L2 = 0.001, Temperature = 1 });
        var calibrated = LogisticHeadTrainer.Fit(examples, HeadExamples.Labels, new() { L2 = 0.001 });

        var before = Calibration.TopLabel(truth, [.. test.Select(e => raw.Predict(e.Vector))]).Error.Value!.Value;
        var after = Calibration.TopLabel(truth, [.. test.Select(e => calibrated.Predict(e.Vector))]).Error.Value!.Value;
        before.ShouldBeGreaterThan(0.15);
        after.ShouldBeLessThan(before / 2);
        calibrated.Temperature.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Balancing_finds_more_of_a_rare_label()
    {
        var examples = HeadExamples.Make(400, seed: 7, noise: 0.2).Where((e, i) => e.Label != 2 || i % 10 == 0).ToArray();
        var test = HeadExamples.Make(600, seed: 8, noise: 0.2);

        double Recall(bool balance)
        {
            var head = LogisticHeadTrainer.Fit(examples, HeadExamples.Labels, Given with { BalanceLabels = balance });
            var predicted = LabelArrays.ArgMax([.. test.Select(e => head.Predict(e.Vector))]);
            return ConfusionMatrix.Of([.. test.Select(e => e.Label)], predicted, 3).Score(2).Recall.Value!.Value;
        }

        Recall(true).ShouldBeGreaterThan(Recall(false) + 0.05);
    }

    [Fact]
    public void Soft_labels_move_the_head_as_the_verdicts_they_stand_for()
    {
        var plain = HeadExamples.Make(60, seed: 9);
        var soft = plain.Select(e => e with { SoftLabels = [.. Enumerable.Range(0, 3).Select(k => k == e.Label ? 0.6f : 0.2f)] }).ToArray();

        var sure = LogisticHeadTrainer.Fit(plain, HeadExamples.Labels, Given).Predict(plain[0].Vector);
        var unsure = LogisticHeadTrainer.Fit(soft, HeadExamples.Labels, Given).Predict(plain[0].Vector);

        unsure[plain[0].Label].ShouldBeLessThan(sure[plain[0].Label] - 0.1f);
        unsure[plain[0].Label].ShouldBeGreaterThan(0.4f);
    }

    [Fact]
    public void Label_without_examples_gets_almost_no_probability_and_a_warning()
    {
        var head = LogisticHeadTrainer.Fit(HeadExamples.Make(60, seed: 1), [.. HeadExamples.Labels, "doxxing"], new() { Folds = 3, L2 = 0.1 });

        head.Predict(HeadExamples.Make(1, seed: 4)[0].Vector)[3].ShouldBeLessThan(1e-3f);
        head.Report.Warnings.ShouldContain(w => w.Contains("doxxing"));
    }

    [Fact]
    public void Too_few_examples_are_refused_with_their_number() =>
        Should.Throw<RefusedException>(() => LogisticHeadTrainer.Fit(HeadExamples.Make(6, 1), HeadExamples.Labels, Given))
            .Message.ShouldBe("There are 6 labelled examples and 10 are needed. Judge more of the queue first.");

    [Fact]
    public void One_label_is_refused_with_the_counts()
    {
        var examples = HeadExamples.Make(90, seed: 1).Where(e => e.Label == 0).ToArray();

        var refusal = Should.Throw<RefusedException>(() => LogisticHeadTrainer.Fit(examples, HeadExamples.Labels, Given));

        refusal.Code.ShouldBe("training.one-label");
        refusal.Message.ShouldContain($"benign {examples.Length}, insult 0, threat 0");
    }

    [Fact]
    public void Broken_examples_and_options_are_refused()
    {
        var good = HeadExamples.Make(30, seed: 1);
        void Refused(string code, TrainingExample replacement, HeadTrainerOptions options) =>
            Should.Throw<RefusedException>(() => LogisticHeadTrainer.Fit([replacement, .. good], HeadExamples.Labels, options)).Code.ShouldBe(code);

        Refused("training.bad-example", good[0] with { Label = 3 }, Given);
        Refused("training.bad-example", good[0] with { Weight = float.NaN }, Given);
        Refused("training.bad-example", good[0] with { SoftLabels = [.5f, .2f, .1f] }, Given);
        Refused("training.bad-example", good[0] with { Vector = new(SparseVector.Empty, new float[7]) }, Given);
        Refused("training.bad-options", good[0], Given with { L2 = 0 });
        Refused("training.bad-options", good[0], Given with { Folds = 1 });
    }

    [Fact]
    public async Task Cancelling_stops_a_long_fit_soon()
    {
        var examples = HeadExamples.Make(4000, seed: 1, noise: 0.4);
        using var source = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var fit = Task.Run(() => LogisticHeadTrainer.Fit(
            examples, HeadExamples.Labels, new() { L2Grid = [1e-6], Tolerance = 1e-9f, Folds = 10 }, new Signal(started), source.Token));
        await started.Task;

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => fit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private sealed class Collect(List<TrainingProgress> into) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => into.Add(value);
    }

    private sealed class Signal(TaskCompletionSource started) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => started.TrySetResult();
    }
}
