using CsCheck;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Core.Metrics.Aggregation;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.Agreement;

public sealed class AgreementPropertyTests
{
    /// <summary>Grids of 2 to 5 raters, 1 to 30 items and 2 to 4 labels, with holes.</summary>
    private static readonly Gen<(int Labels, int[][] Grid)> Grid =
        from labels in Gen.Int[2, 4]
        from raters in Gen.Int[2, 5]
        from grid in Gen.Int[-1, labels - 1].Array[raters].Array[1, 30]
        select (labels, grid);

    [Fact]
    public void Order_of_raters_and_items_changes_nothing() => Grid.Sample(g =>
    {
        int[][] turned = [.. g.Grid.Reverse().Select(r => r.Reverse().ToArray())];
        Same(Measures(g.Grid, g.Labels), Measures(turned, g.Labels));
    });

    [Fact]
    public void Names_of_labels_change_no_nominal_measure() => Grid.Sample(g =>
    {
        int[][] renamed = [.. g.Grid.Select(r => r.Select(v => v < 0 ? v : (v + 1) % g.Labels).ToArray())];
        Same(Nominal(g.Grid, g.Labels), Nominal(renamed, g.Labels));
    });

    [Fact]
    public void Turning_the_scale_over_changes_no_measure() => Grid.Sample(g =>
    {
        int[][] turned = [.. g.Grid.Select(r => r.Select(v => v < 0 ? v : g.Labels - 1 - v).ToArray())];
        Same(Measures(g.Grid, g.Labels), Measures(turned, g.Labels));
    });

    [Fact]
    public void Interval_alpha_knows_no_unit_and_no_origin() => Grid.Sample(g =>
    {
        var table = Grids.Table(g.Grid, g.Labels);
        double[] values = [.. Enumerable.Range(0, g.Labels).Select(v => 1000 - (0.25 * v))];
        Same([KrippendorffAlpha.Of(table, MeasurementLevel.Interval)], [KrippendorffAlpha.Of(table, MeasurementLevel.Interval, values)]);
    });

    [Fact]
    public void Full_agreement_on_two_labels_or_more_is_exactly_1() =>
        Gen.Int[0, 3].Array[2, 40].Where(truth => truth.Distinct().Count() > 1).Sample(truth =>
        {
            int[][] grid = [.. truth.Select(t => new[] { t, t, t })];
            foreach (var measure in Measures(grid, 4))
            {
                measure.Value!.Value.ShouldBe(1, 1e-12);
            }
        });

    [Fact]
    public void Two_labels_are_the_same_on_every_level_and_with_every_weight() =>
        Gen.Int[-1, 1].Array[3].Array[1, 30].Sample(grid =>
        {
            var table = Grids.Table(grid, 2);
            Same([KrippendorffAlpha.Of(table)], [KrippendorffAlpha.Of(table, MeasurementLevel.Ordinal)]);
            Same([KrippendorffAlpha.Of(table)], [KrippendorffAlpha.Of(table, MeasurementLevel.Interval)]);
            Same([CohenKappa.Mean(table)], [CohenKappa.Mean(table, KappaWeights.Linear)]);
            Same([CohenKappa.Mean(table)], [CohenKappa.Mean(table, KappaWeights.Quadratic)]);
        });

    [Fact]
    public void A_value_is_finite_and_at_most_1_and_lies_in_its_interval() => Grid.Sample(g =>
    {
        foreach (var measure in Measures(g.Grid, g.Labels))
        {
            (measure.Value is null).ShouldBe(measure.WhyNot is not null);
            if (measure.Value is { } value)
            {
                double.IsFinite(value).ShouldBeTrue();
                value.ShouldBeLessThanOrEqualTo(1 + 1e-12);
                (measure.Interval is null || measure.Interval.Value.Contains(value)).ShouldBeTrue();
                (measure.Interval is null || (double.IsFinite(measure.Interval.Value.Lower) && measure.Interval.Value.Upper <= 1)).ShouldBeTrue();
                (measure.Interval is null && measure.Caution is null).ShouldBeFalse("a missing interval has a reason");
            }
        }
    });

    [Fact]
    public void Chance_alone_gives_measures_near_0()
    {
        var random = new SeededRandom(3);
        var grid = Grids.Draw(ref random, 4000, [0.5, 0.3, 0.2], [1.0 / 3, 1.0 / 3, 1.0 / 3], 0.2);

        foreach (var measure in Measures(grid, 3)[1..])
        {
            measure.Value!.Value.ShouldBe(0, 0.03);
        }
    }

    [Fact]
    public void Majority_and_the_model_do_not_depend_on_who_comes_first() => Grid.Sample(g =>
    {
        var table = Grids.Table(g.Grid, g.Labels);
        var turned = Grids.Table([.. g.Grid.Select(r => r.Reverse().ToArray())], g.Labels);
        MajorityVote.Of(table).Labels.ShouldBe(MajorityVote.Of(turned).Labels);
        var (one, other) = (DawidSkene.Fit(table), DawidSkene.Fit(turned));
        one.LogLikelihood.ShouldBe(other.LogLikelihood, 1e-6);
        for (var item = 0; item < table.ItemCount; item++)
        {
            one.Result.Of(item).ToArray().Sum().ShouldBe(1, 1e-9);
            one.Result.Of(item).ToArray().ShouldAllBe(p => p >= 0 && p <= 1);
        }
    }, iter: 30);

    private static Coefficient[] Nominal(int[][] grid, int labels)
    {
        var table = Grids.Table(grid, labels);
        return [PercentAgreement.Of(table), FleissKappa.Of(table), GwetAc1.Of(table), KrippendorffAlpha.Of(table), CohenKappa.Mean(table)];
    }

    private static Coefficient[] Measures(int[][] grid, int labels)
    {
        var table = Grids.Table(grid, labels);
        return [.. Nominal(grid, labels), KrippendorffAlpha.Of(table, MeasurementLevel.Ordinal), KrippendorffAlpha.Of(table, MeasurementLevel.Interval), CohenKappa.Mean(table, KappaWeights.Quadratic)];
    }

    private static void Same(Coefficient[] some, Coefficient[] others)
    {
        for (var i = 0; i < some.Length; i++)
        {
            some[i].N.ShouldBe(others[i].N);
            some[i].WhyNot.ShouldBe(others[i].WhyNot);
            (some[i].Value is { } a ? Math.Abs(a - others[i].Value!.Value) : 0).ShouldBeLessThan(1e-9);
            (some[i].Interval is { } x && others[i].Interval is { } y ? Math.Abs(x.Lower - y.Lower) + Math.Abs(x.Upper - y.Upper) : 0).ShouldBeLessThan(1e-6);
        }
    }
}
