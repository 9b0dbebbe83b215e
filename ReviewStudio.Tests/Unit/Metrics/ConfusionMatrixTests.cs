using ReviewStudio.Core.Metrics;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics;

public sealed class ConfusionMatrixTests
{
    private static readonly int[] Truth = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2];
    private static readonly int[] Predicted = [0, 0, 1, 2, 1, 1, 0, 2, 0, 2];

    [Fact]
    public void Scores_of_a_small_example_equal_those_worked_out_by_hand()
    {
        var matrix = ConfusionMatrix.Of(Truth, Predicted, 3);

        matrix[0, 1].ShouldBe(1);
        matrix[2, 0].ShouldBe(1);
        matrix.Total.ShouldBe(10);
        matrix.Accuracy().Value!.Value.ShouldBe(0.6, 1e-12);
        var first = matrix.Score(0);
        first.Precision.Value!.Value.ShouldBe(2.0 / 4, 1e-12);
        first.Recall.Value!.Value.ShouldBe(2.0 / 4, 1e-12);
        first.F1.Value!.Value.ShouldBe(0.5, 1e-12);
        matrix.Score(1).F1.Value!.Value.ShouldBe(2.0 / 3, 1e-12);
        matrix.Score(2).F1.Value!.Value.ShouldBe(2.0 / 3, 1e-12);
        matrix.MacroF1().Value!.Value.ShouldBe((0.5 + (2.0 / 3) + (2.0 / 3)) / 3, 1e-12);
    }

    [Fact]
    public void Label_that_is_never_predicted_has_no_precision_but_a_recall_of_zero()
    {
        var score = ConfusionMatrix.Of([0, 1], [0, 0], 2).Score(1);

        score.Precision.Value.ShouldBeNull();
        score.Precision.Reason.ShouldBe("never predicted");
        score.Recall.Value.ShouldBe(0);
        score.F1.Value.ShouldBe(0);
    }

    [Fact]
    public void Macro_f1_averages_over_the_labels_present_in_the_truth_only()
    {
        // Label 2 is predicted once and never true: it costs label 1 a recall but has no share of its own.
        var matrix = ConfusionMatrix.Of([0, 0, 1, 1], [0, 0, 1, 2], 4);

        matrix.MacroF1().Value!.Value.ShouldBe((1.0 + (2.0 / 3)) / 2, 1e-12);
        matrix.Score(3).F1.Value.ShouldBeNull();
    }

    [Fact]
    public void No_examples_give_a_reason_and_never_a_number()
    {
        var matrix = ConfusionMatrix.Of([], [], 2);

        matrix.Accuracy().ShouldBe(Measure.Undefined("no examples"));
        matrix.MacroF1().Value.ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => Measure.Of(double.NaN));
    }

    [Fact]
    public void Labels_out_of_range_or_of_different_length_are_refused()
    {
        Should.Throw<ArgumentException>(() => ConfusionMatrix.Of([0, 3], [0, 1], 3)).Message.ShouldContain("Label 3 is outside 0 to 2");
        Should.Throw<ArgumentException>(() => ConfusionMatrix.Of([0], [0, 1], 3)).Message.ShouldContain("1 true labels do not match 2 predictions");
    }
}
