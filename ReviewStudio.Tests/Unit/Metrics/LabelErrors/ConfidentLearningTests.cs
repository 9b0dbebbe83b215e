using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.LabelErrors;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.LabelErrors;

public sealed class ConfidentLearningTests
{
    [Fact]
    public void Confident_joint_equals_a_count_by_hand()
    {
        int[] labels = [0, 0, 0, 1, 1, 1];
        double[][] rows = [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]];

        var report = ConfidentLearning.Find(labels, rows, 2);

        // Thresholds: mean of 0.9, 0.8, 0.1 and of 0.8, 0.6, 0.3.
        report.Thresholds.ShouldBe([0.6, 1.7 / 3], 1e-12);
        report.ConfidentJoint.ShouldBe(new[,] { { 2, 1 }, { 1, 2 } });
        report.Joint[0, 1].ShouldBe(1.0 / 6, 1e-12);
        report.Suspects.ShouldBe([new(2, 0, 1, 0.1, -0.8), new(5, 1, 0, 0.3, -0.39999999999999997)]);
    }

    [Theory]
    [InlineData(SuspectRule.ConfidentJoint, 0.9, 0.55)]
    [InlineData(SuspectRule.NoiseRate, 0.75, 0.75)]
    public void Planted_errors_are_found(SuspectRule rule, double precision, double recall)
    {
        var (labels, rows, wrong) = Planted(3000, 0.08);

        var report = ConfidentLearning.Find(labels, rows, 3, rule);

        var found = report.Suspects.Select(s => s.Example).ToHashSet();
        ((double)found.Count(wrong.Contains) / found.Count).ShouldBeGreaterThan(precision, "precision");
        ((double)wrong.Count(found.Contains) / wrong.Count).ShouldBeGreaterThan(recall, "recall");
        report.Suspects.Take(50).Count(s => wrong.Contains(s.Example)).ShouldBeGreaterThan(45, "the most suspect come first");
        report.Joint.Cast<double>().Sum().ShouldBe(1, 1e-9);
        (1 - report.Joint[0, 0] - report.Joint[1, 1] - report.Joint[2, 2]).ShouldBe(0.08, 0.04, "the estimated share of errors");
    }

    [Fact]
    public void Order_is_by_margin_or_by_self_confidence()
    {
        var (labels, rows, _) = Planted(500, 0.1);

        ConfidentLearning.Find(labels, rows, 3).Suspects.Select(s => s.Margin).ShouldBeInOrder();
        ConfidentLearning.Find(labels, rows, 3, order: SuspectOrder.SelfConfidence).Suspects.Select(s => s.SelfConfidence).ShouldBeInOrder();
    }

    [Fact]
    public void Label_that_the_model_prefers_is_never_a_suspect()
    {
        var (labels, rows, _) = Planted(500, 0.1);

        ConfidentLearning.Find(labels, rows, 3).Suspects.ShouldAllBe(s => s.Given != s.Suggested && s.Margin < 0);
    }

    [Fact]
    public void Good_labels_with_a_sure_model_give_no_suspects()
    {
        double[][] rows = [[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9]];

        ConfidentLearning.Find([0, 0, 1, 1], rows, 2).Suspects.ShouldBeEmpty();
        ConfidentLearning.Find([], [], 2).Suspects.ShouldBeEmpty();
    }

    [Fact]
    public void Label_that_nobody_carries_is_never_confident()
    {
        var report = ConfidentLearning.Find([0, 0, 1], [[0.1, 0.0, 0.9], [0.9, 0.1, 0], [0, 1, 0]], 3);

        report.Thresholds[2].ShouldBe(double.PositiveInfinity);
        report.Suspects.ShouldBeEmpty();
    }

    [Fact]
    public void Rows_that_are_no_probabilities_are_refused()
    {
        Should.Throw<ArgumentException>(() => ConfidentLearning.Find([0], [[0.5, double.NaN]], 2)).Message.ShouldContain("Row 0");
        Should.Throw<ArgumentException>(() => ConfidentLearning.Find([0], [[1.0]], 2)).Message.ShouldContain("Row 0");
        Should.Throw<ArgumentException>(() => ConfidentLearning.Find([2], [[0.5, 0.5]], 2)).Message.ShouldContain("Label 2");
    }

    /// <summary>Labels of which some were swapped, and a model that is right about 95 times in 100 and says how sure it is.</summary>
    private static (int[] Labels, double[][] Rows, HashSet<int> Wrong) Planted(int n, double share)
    {
        var random = new SeededRandom(12);
        var labels = new int[n];
        var rows = new double[n][];
        var wrong = new HashSet<int>();
        for (var i = 0; i < n; i++)
        {
            var truth = random.Next(3);
            labels[i] = truth;
            if (random.NextUnit() < share)
            {
                labels[i] = (truth + 1 + random.Next(2)) % 3;
                wrong.Add(i);
            }

            var sure = random.NextUnit() < 0.95 ? 0.55 + (0.43 * random.NextUnit()) : 0.1 + (0.3 * random.NextUnit());
            rows[i] = new double[3];
            Array.Fill(rows[i], (1 - sure) / 2);
            rows[i][truth] = sure;
        }

        return (labels, rows, wrong);
    }
}
