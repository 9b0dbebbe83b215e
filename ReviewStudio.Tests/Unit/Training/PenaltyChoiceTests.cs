using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Heads;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

public sealed class PenaltyChoiceTests
{
    private static readonly int[] Truth = [.. Enumerable.Range(0, 400).Select(i => i % 2)];

    [Fact]
    public void Heavier_penalty_that_is_as_good_within_the_noise_is_preferred() =>
        PenaltyChoice.Of([Tried(0.1, i => i % 10 == 0), Tried(1, i => i % 10 == 3 || i == 5)], 2, seed: 1).L2.ShouldBe(1);

    [Fact]
    public void Heavier_penalty_that_is_clearly_worse_is_not() =>
        PenaltyChoice.Of([Tried(0.1, i => i % 10 == 0), Tried(1, i => i % 10 < 3), Tried(3, i => i % 10 < 5)], 2, seed: 1).L2.ShouldBe(0.1);

    [Fact]
    public void Best_penalty_wins_over_lighter_ones()
    {
        PenaltyChoice.Of([Tried(0.1, i => i % 10 == 3 || i == 5), Tried(1, i => i % 10 == 0)], 2, seed: 1).L2.ShouldBe(1);
        PenaltyChoice.Of([Tried(0.3, i => i % 3 == 0)], 2, seed: 1).L2.ShouldBe(0.3);
    }

    private static CrossValidation Tried(double l2, Func<int, bool> wrong)
    {
        int[] predicted = [.. Truth.Select((t, i) => wrong(i) ? 1 - t : t)];
        return new(l2, 0.5, ConfusionMatrix.Of(Truth, predicted, 2).MacroF1().Value!.Value, 1, Truth, predicted);
    }
}
