using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics.Agreement;

/// <summary>The examples that the measures were published with, to the digits that were printed.</summary>
public sealed class TextbookAgreementTests
{
    [Theory]
    [InlineData(MeasurementLevel.Nominal, 0.743)]
    [InlineData(MeasurementLevel.Ordinal, 0.815)]
    [InlineData(MeasurementLevel.Interval, 0.849)]
    public void Alpha_equals_Krippendorff_2011(MeasurementLevel level, double printed) =>
        KrippendorffAlpha.Of(Grids.Table(Krippendorff, 5), level).Value!.Value.ShouldBe(printed, 5e-4);

    [Fact]
    public void Ac1_and_kappa_with_missing_verdicts_equal_Gwets_handbook()
    {
        // The same four raters and twelve units, in Gwet's Handbook of inter-rater reliability, 4th edition.
        var table = Grids.Table(Krippendorff, 5);

        PercentAgreement.Of(table).Value!.Value.ShouldBe(0.81818, 5e-6);
        GwetAc1.Of(table).Value!.Value.ShouldBe(0.77544, 5e-6);
        FleissKappa.Of(table).Value!.Value.ShouldBe(0.76117, 5e-6);
        KrippendorffAlpha.Of(table).Value!.Value.ShouldBe(0.74342, 5e-6);
    }

    [Fact]
    public void Fleiss_kappa_equals_Fleiss_1971()
    {
        // 30 patients, 6 psychiatrists, 5 diagnoses: each digit counts one diagnosis.
        string[] counts =
        [
            "00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006",
            "10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203",
            "00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006",
        ];
        var grid = counts.Select(row => row.SelectMany((digit, label) => Enumerable.Repeat(label, digit - '0')).ToArray()).ToArray();

        FleissKappa.Of(Grids.Table(grid, 5)).Value!.Value.ShouldBe(0.430, 5e-4);
    }

    [Fact]
    public void Kappas_paradox_is_shown_and_Ac1_is_free_of_it()
    {
        // 125 items: 118 both "+", 5 and 2 apart, none both "−": 94 % agreement, and κ below 0 (Gwet 2008).
        int[] first = [.. Enumerable.Repeat(0, 123), 1, 1], second = [.. Enumerable.Repeat(0, 118), .. Enumerable.Repeat(1, 5), 0, 0];
        var grid = first.Zip(second, (a, b) => new[] { a, b }).ToArray();

        CohenKappa.Of(first, second, 2).Value!.Value.ShouldBe(-0.0234, 5e-5);
        GwetAc1.Of(Grids.Table(grid, 2)).Value!.Value.ShouldBe(0.9408, 5e-5);
    }

    private static readonly int?[][] Krippendorff =
    [
        [0, 0, null, 0], [1, 1, 2, 1], [2, 2, 2, 2], [2, 2, 2, 2], [1, 1, 1, 1], [0, 1, 2, 3],
        [3, 3, 3, 3], [0, 0, 1, 0], [1, 1, 1, 1], [null, 4, 4, 4], [null, null, 0, 0], [null, 2, null, null],
    ];
}
