using System.Diagnostics;
using System.Globalization;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Aggregation;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Benchmarks;

/// <summary>A million verdicts by 200 reviewers on 200,000 items: the figures of docs/agreement.md.</summary>
public sealed class MillionVerdictTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public void A_million_verdicts_are_measured_in_seconds(int labels)
    {
        LongSuites.Only();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (items, raters, given, truth) = Draw(200_000, 200, 5, labels);
        var table = Timed("table", () => RatingTable.Of(items, raters, given, 200_000, 200, labels), out _);
        foreach (var level in Enum.GetValues<MeasurementLevel>())
        {
            Timed($"alpha {level}", () => KrippendorffAlpha.Of(table, level), out var alpha);
            alpha.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        }

        Timed("all measures", () => AgreementSummary.Of(table), out _);
        var fit = Timed("Dawid-Skene", () => DawidSkene.Fit(table), out var em);
        var majority = Timed("majority", () => MajorityVote.Of(table), out _);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{labels} labels: {fit.Iterations} iterations, converged {fit.Converged}, accuracy {fit.Result.Accuracy(truth).Value:0.0000} against {majority.Accuracy(truth).Value:0.0000} of the majority, {(GC.GetTotalMemory(false) - before) >> 20} MB held"));

        fit.Converged.ShouldBeTrue();
        em.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        fit.Result.Accuracy(truth).Value!.Value.ShouldBeGreaterThan(majority.Accuracy(truth).Value!.Value);
    }

    private T Timed<T>(string what, Func<T> work, out TimeSpan took)
    {
        var watch = Stopwatch.StartNew();
        var result = work();
        took = watch.Elapsed;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {took.TotalSeconds:0.00} s"));
        return result;
    }

    private static (int[] Items, int[] Raters, int[] Labels, int[] Truth) Draw(int itemCount, int raterCount, int each, int labelCount)
    {
        var random = new SeededRandom(99);
        var skill = Enumerable.Range(0, raterCount).Select(r => 0.55 + (0.4 * r / raterCount)).ToArray();
        var (items, raters, labels) = (new int[itemCount * each], new int[itemCount * each], new int[itemCount * each]);
        var truth = new int[itemCount];
        for (var i = 0; i < itemCount; i++)
        {
            truth[i] = random.Next(labelCount);
            var first = random.Next(raterCount);
            for (var j = 0; j < each; j++)
            {
                var rater = (first + (j * 37)) % raterCount;
                (items[(i * each) + j], raters[(i * each) + j]) = (i, rater);
                labels[(i * each) + j] = random.NextUnit() < skill[rater] ? truth[i] : random.Next(labelCount);
            }
        }

        return (items, raters, labels, truth);
    }
}
