using ReviewStudio.Core.Metrics;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics;

public sealed class ProbabilityTests
{
    private static readonly float[][] Rows = [[.7f, .2f, .1f], [.1f, .8f, .1f], [.3f, .3f, .4f], [.6f, .3f, .1f]];
    private static readonly int[] Truth = [0, 1, 2, 1];

    [Fact]
    public void Log_loss_and_brier_equal_the_values_worked_out_by_hand()
    {
        ProbabilityScores.LogLoss(Truth, Rows).Value!.Value.ShouldBe(-Math.Log(.7 * .8 * .4 * .3) / 4, 1e-6);
        ProbabilityScores.Brier(Truth, Rows).Value!.Value.ShouldBe((.14 + .06 + .54 + .86) / 4, 1e-6);
    }

    [Fact]
    public void Log_loss_of_a_certain_mistake_stays_finite() =>
        ProbabilityScores.LogLoss([1], [[1f, 0f]]).Value!.Value.ShouldBe(-Math.Log(1e-15), 1e-9);

    [Fact]
    public void Calibration_error_weighs_each_bin_by_its_size()
    {
        // Two bins of five: confidences .7 .8 .6 (two of three right) in (.5, 1], .4 (right) in (0, .5].
        var report = Calibration.TopLabel(Truth, Rows, bins: 2);

        report.Error.Value!.Value.ShouldBe((Math.Abs(2 - 2.1) + Math.Abs(1 - .4)) / 4, 1e-6);
        report.Bins.Count.ShouldBe(2);
        report.Bins[1].N.ShouldBe(3);
        report.Bins[1].Accuracy.ShouldBe(2.0 / 3, 1e-12);
    }

    [Fact]
    public void Calibration_error_of_honest_probabilities_is_nearly_zero()
    {
        var random = new SeededRandom(7);
        var rows = new float[20_000][];
        var truth = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var p = (float)random.NextUnit();
            rows[i] = [p, 1 - p];
            truth[i] = random.NextUnit() < p ? 0 : 1;
        }

        Calibration.TopLabel(truth, rows).Error.Value!.Value.ShouldBeLessThan(0.015);
        var overconfident = rows.Select(r => r[0] > .5f ? new[] { .999f, .001f } : [.001f, .999f]).ToArray();
        Calibration.TopLabel(truth, overconfident).Error.Value!.Value.ShouldBe(0.249, 0.02);
    }

    [Fact]
    public void Empty_input_gives_a_reason()
    {
        ProbabilityScores.LogLoss([], []).Reason.ShouldBe("no examples");
        ProbabilityScores.Brier([], []).Value.ShouldBeNull();
        Calibration.TopLabel([], []).Error.Value.ShouldBeNull();
    }
}
