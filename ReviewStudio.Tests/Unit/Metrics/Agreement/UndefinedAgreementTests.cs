using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.Agreement;

public sealed class UndefinedAgreementTests
{
    [Fact]
    public void Empty_input_has_no_value_and_says_so()
    {
        foreach (var measure in All(Grids.Table(Array.Empty<int[]>(), 2)))
        {
            measure.ShouldBe(Coefficient.Undefined(0, "Not defined: there are no verdicts."));
        }
    }

    [Fact]
    public void One_rater_only_has_no_value_and_says_so()
    {
        foreach (var measure in All(Grids.Table([[0, -1], [1, -1], [1, -1]], 2)))
        {
            measure.ShouldBe(Coefficient.Undefined(0, "Not defined: no item was judged by two raters."));
        }
    }

    [Fact]
    public void One_label_only_is_full_agreement_that_chance_explains()
    {
        var table = Grids.Table([[1, 1], [1, 1], [1, 1]], 2);

        PercentAgreement.Of(table).Value.ShouldBe(1);
        GwetAc1.Of(table).Value.ShouldBe(1, "two labels were on offer");
        FleissKappa.Of(table).WhyNot!.ShouldContain("only one label");
        KrippendorffAlpha.Of(table).WhyNot!.ShouldContain("only one label");
        CohenKappa.Mean(table).WhyNot!.ShouldContain("more than one label");
        CohenKappa.Of([1, 1, 1], [1, 1, 1], 2).WhyNot!.ShouldContain("only ever gave one label");
        GwetAc1.Of(Grids.Table([[0, 0], [0, 0]], 1)).WhyNot!.ShouldContain("only one label");
    }

    [Fact]
    public void Raters_who_share_no_item_have_no_kappa() =>
        CohenKappa.Of([0, 1, -1], [-1, -1, 1], 2).ShouldBe(Coefficient.Undefined(0, "Not defined: the two raters share no item."));

    [Fact]
    public void Labels_that_stand_for_one_number_have_no_interval_alpha() =>
        KrippendorffAlpha.Of(Grids.Table([[0, 1], [1, 0], [1, 1]], 2), MeasurementLevel.Interval, [3, 3]).WhyNot!.ShouldContain("same number");

    [Fact]
    public void Full_agreement_has_a_value_and_no_interval()
    {
        var alpha = KrippendorffAlpha.Of(Grids.Table([.. Enumerable.Range(0, 300).Select(i => new[] { i % 2, i % 2 })], 2));

        alpha.Value.ShouldBe(1);
        alpha.Interval.ShouldBeNull();
        alpha.Caution!.ShouldContain("No disagreement was seen");
    }

    [Fact]
    public void Few_items_or_one_label_above_all_make_an_interval_not_to_be_trusted()
    {
        int[][] some = [.. Enumerable.Range(0, 400).Select(i => new[] { i % 2, i % 10 == 0 ? 1 - (i % 2) : i % 2 })];
        int[][] rare = [.. Enumerable.Range(0, 400).Select(i => new[] { i % 20 == 0 ? 1 : 0, i % 18 == 0 ? 1 : 0 })];

        KrippendorffAlpha.Of(Grids.Table(some, 2)).Caution.ShouldBeNull();
        KrippendorffAlpha.Of(Grids.Table(some[..100], 2)).Caution!.ShouldContain("it rests on 100 items");
        KrippendorffAlpha.Of(Grids.Table(rare, 2)).Caution!.ShouldContain("one label makes up 95%");
        FleissKappa.Of(Grids.Table(some, 2)).Interval!.Value.Contains(FleissKappa.Of(Grids.Table(some, 2)).Value!.Value).ShouldBeTrue();
    }

    [Fact]
    public void Table_refuses_what_is_not_verdicts()
    {
        Should.Throw<ArgumentException>(() => RatingTable.Of([0, 0], [1, 1], [0, 1], 1, 2, 2)).Message.ShouldContain("Rater 1 judged item 0 twice");
        Should.Throw<ArgumentException>(() => RatingTable.Of([0], [0], [2], 1, 1, 2)).Message.ShouldContain("Label 2");
        Should.Throw<ArgumentException>(() => RatingTable.Of([1], [0], [0], 1, 1, 2)).Message.ShouldContain("Item 1");
        Should.Throw<ArgumentException>(() => RatingTable.Of([0], [0, 1], [0], 1, 2, 2));
        RatingTable.Of([0, 0], [0, 0], [-1, 1], 1, 1, 2).VerdictCount.ShouldBe(1, "a missing label is no verdict");
    }

    private static Coefficient[] All(RatingTable table) =>
        [PercentAgreement.Of(table), FleissKappa.Of(table), GwetAc1.Of(table), KrippendorffAlpha.Of(table), KrippendorffAlpha.Of(table, MeasurementLevel.Ordinal), CohenKappa.Mean(table)];
}
