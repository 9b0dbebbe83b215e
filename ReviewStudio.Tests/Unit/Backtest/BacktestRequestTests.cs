using ReviewStudio.Cli;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Training.Backtest;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Backtest;

public sealed class BacktestRequestTests
{
    private static readonly BacktestRequest Good = new() { Text = "text", Label = "label" };

    public static TheoryData<BacktestRequest, string> Bad => new()
    {
        { Good with { Strategies = [] }, "at least one strategy" },
        { Good with { Strategies = ["margin", "psychic"] }, "no ranking strategy 'psychic'" },
        { Good with { Strategies = ["margin", "Margin"] }, "named twice" },
        { Good with { Seeds = [] }, "1 to 50 seeds" },
        { Good with { Seeds = [3, 3] }, "named twice" },
        { Good with { SeedLabels = 3 }, "at least 10 labels" },
        { Good with { Budget = 100 }, "smaller than the seed labels" },
        { Good with { Batch = 0 }, "at least 1 label" },
        { Good with { Batch = 1, Budget = 4_000 }, "at most 500 trainings" },
        { Good with { Test = 0 }, "at least 1 row" },
        { Good with { Batch = 10, Seeds = [.. Enumerable.Range(0, 50)] }, "at most 5,000" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Figures_that_cannot_work_are_named(BacktestRequest request, string expected) =>
        Should.Throw<RefusedException>(request.Demand).Message.ShouldContain(expected);

    [Theory]
    [InlineData(200, 200, 4_000, 20)]
    [InlineData(200, 300, 1_000, 4)]
    [InlineData(200, 200, 200, 1)]
    public void Curve_has_a_point_after_the_first_labels_and_after_each_batch(int first, int batch, int budget, int points) =>
        (Good with { SeedLabels = first, Batch = batch, Budget = budget }).PointsOfCurve.ShouldBe(points);

    [Fact]
    public void Draw_parts_the_rows_and_repeats_itself()
    {
        var request = Good with { Test = 40, GateLabels = 10, SeedLabels = 20, Batch = 20, Budget = 60 };

        var draw = BacktestDraw.Of(120, request, seed: 7);

        (draw.Test.Count, draw.Gate.Count, draw.Pool.Count).ShouldBe((40, 10, 70));
        draw.Test.Concat(draw.Gate).Concat(draw.Pool).Order().ShouldBe(Enumerable.Range(0, 120));
        BacktestDraw.Of(120, request, seed: 7).Pool.ShouldBe(draw.Pool);
        BacktestDraw.Of(120, request, seed: 8).Test.ShouldNotBe(draw.Test);
    }

    [Theory]
    [InlineData("0-4", new[] { 0, 1, 2, 3, 4 })]
    [InlineData("7", new[] { 7 })]
    [InlineData("1, 3,5-6", new[] { 1, 3, 5, 6 })]
    public void Seeds_are_read_as_people_write_them(string text, int[] expected) => SeedList.Parse(text).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("4-0")]
    [InlineData("one")]
    [InlineData("1-2-3")]
    [InlineData("-1")]
    [InlineData("0-999999999")]
    public void Text_that_is_no_list_of_seeds_is_refused(string text) =>
        Should.Throw<RefusedException>(() => SeedList.Parse(text)).Message.ShouldContain("0-4");
}
