using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Heads;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

public sealed class PenaltyChoiceTests
{
    private static readonly int[] Truth = [.. Enumerable.Range(0, 400).Select(i => i % 2)];

    [Fact]
    public void Of_penalties_as_good_as_the_best_within_the_noise_the_least_log_loss_wins() =>
        PenaltyChoice.Of([Tried(0.1, i => i % 10 == 0, 0.6), Tried(1, i => i % 10 == 3 || i == 5, 0.4)], 2, seed: 1).L2.ShouldBe(1);

    [Fact]
    public void Penalty_that_is_clearly_worse_does_not_win_by_its_log_loss() =>
        PenaltyChoice.Of([Tried(0.1, i => i % 10 == 0, 0.6), Tried(1, i => i % 10 < 3, 0.4), Tried(3, i => i % 10 < 5, 0.3)], 2, seed: 1).L2.ShouldBe(0.1);

    [Fact]
    public void Only_penalty_is_the_choice() => PenaltyChoice.Of([Tried(0.3, i => i % 3 == 0, 0.5)], 2, seed: 1).L2.ShouldBe(0.3);

    private static CrossValidation Tried(double l2, Func<int, bool> wrong, double logLoss)
    {
        int[] predicted = [.. Truth.Select((t, i) => wrong(i) ? 1 - t : t)];
        return new(l2, logLoss, ConfusionMatrix.Of(Truth, predicted, 2).MacroF1().Value!.Value, 1, Truth, predicted);
    }
}
