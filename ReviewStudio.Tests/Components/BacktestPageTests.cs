using System.Text;
using System.Text.Json;
using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Controls;
using ReviewStudio.Components.Pages.Backtest;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training.Backtest;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

public sealed class BacktestPageTests
{
    private const string Csv = "id,body,class\n1,one,a\n2,two,b\n3,three,a\n";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task File_is_looked_at_and_a_refusal_keeps_the_form()
    {
        await using var studio = await TestStudio.StartAsync(s => s.AddSingleton<BacktestState>());
        var engineer = await studio.ReviewerAsync("eve", roles: Roles.MLEngineer);
        var state = await OpenAsync(studio, engineer);

        (state.Form.Text, state.Form.Label).ShouldBe(("body", "class"));
        state.Seeds = "none";
        (await state.StartAsync(engineer, None)).ShouldBeFalse();
        state.Problem!.ShouldContain("no list of seeds");
        state.Preview.ShouldNotBeNull();

        state.Seeds = "0-1";
        state.Form = state.Form with { Label = "klass" };
        (await state.StartAsync(engineer, None)).ShouldBeFalse();
        state.Problem!.ShouldContain("no column 'klass'");
        studio.Dispatcher.Ids.ShouldBeEmpty();

        state.Form = state.Form with { Label = "class" };
        state.Choose("entropy", chosen: true);
        state.Choose("margin", chosen: false);
        (await state.StartAsync(engineer, None)).ShouldBeTrue(state.Problem);
        state.Open!.Arguments.Request.Strategies.ShouldBe(["random", "entropy"]);
        state.Open.Arguments.Request.Seeds.ShouldBe([0, 1]);
        state.Busy.ShouldBeTrue();
        state.Preview.ShouldBeNull();
    }

    [Fact]
    public async Task File_that_is_put_away_is_deleted_and_one_that_a_backtest_uses_stays()
    {
        await using var studio = await TestStudio.StartAsync(s => s.AddSingleton<BacktestState>());
        var engineer = await studio.ReviewerAsync("eve", roles: Roles.MLEngineer);
        var state = await OpenAsync(studio, engineer);
        state.Forget();
        Directory.EnumerateFileSystemEntries(studio.Folders.Imports).ShouldBeEmpty();

        state = await OpenAsync(studio, engineer);
        await state.StartAsync(engineer, None);
        await state.AgainAsync(state.Files.Single(), engineer, None);
        state.FileName.ShouldBe("posts.csv");
        state.Forget();

        state.Files.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Page_draws_a_line_and_a_band_a_strategy_and_says_what_is_saved()
    {
        await using var studio = await TestStudio.StartAsync(s => s.AddSingleton<BacktestState>());
        var engineer = await studio.ReviewerAsync("eve", roles: Roles.MLEngineer);
        var state = await OpenAsync(studio, engineer);
        state.Form = state.Form with { Budget = 400 };
        state.Seeds = "0,1";
        await state.StartAsync(engineer, None);
        var points = new[] { (0, 0.5, 0.7), (1, 0.5, 0.8) }.SelectMany(s => Curve("margin", s.Item1, s.Item2, s.Item3))
            .Concat(new[] { (0, 0.5, 0.5), (1, 0.5, 0.5) }.SelectMany(s => Curve("random", s.Item1, s.Item2, s.Item3))).ToList();
        await studio.Database.WriteAsync(
            db => db.Set<BackgroundJob>().ExecuteUpdateAsync(set => set.SetProperty(j => j.ResumeJson, JsonSerializer.Serialize(new BacktestProgress(points)))), None);
        await using var pages = new Pages(studio, engineer);
        pages.Services.AddScoped(_ => state);

        var page = pages.Render<BacktestPage>();

        page.FindAll("[data-testid=line-margin] circle").Count.ShouldBe(2);
        page.Find("[data-testid=line-margin] path.band").GetAttribute("d").ShouldNotBeNullOrEmpty();
        page.FindAll("[data-testid=line-margin] title")[1].TextContent.ShouldBe("margin, 400 labels: 0.750 [0.700, 0.800] · n 2 seeds");
        var cells = page.FindAll("[data-testid=saving] tbody tr").Select(r => r.QuerySelectorAll("td").Select(c => c.TextContent.Trim()).ToList()).ToList();
        cells[0].Take(4).ShouldBe(["margin", "200", "50 %", "0.750"]);
        cells[0][5].ShouldBe("a: 300 · b: 100");
        page.Find("progress").ShouldNotBeNull();
    }

    [Fact]
    public async Task Page_without_a_backtest_says_what_will_be_here()
    {
        await using var studio = await TestStudio.StartAsync(s => s.AddSingleton<BacktestState>());
        var engineer = await studio.ReviewerAsync("eve", roles: Roles.MLEngineer);
        await using var pages = new Pages(studio, engineer);
        pages.Services.AddScoped(_ => studio.Get<BacktestState>());

        pages.Render<BacktestPage>().Find(".empty-state").TextContent.ShouldContain("Choose a labelled file");
    }

    [Theory]
    [InlineData(0.58, 0.73, 0.55, 0.75)]
    [InlineData(0.5, 0.5, 0.4995, 0.5005)]
    public void Scale_has_round_ticks_around_all_points(double low, double high, double from, double to)
    {
        var scale = ChartScale.Of([new("x", "red", [new(200, low, low, low, ""), new(4_000, high, high, high, "")])]);

        scale.YLow.ShouldBeLessThanOrEqualTo(low);
        scale.YHigh.ShouldBeGreaterThanOrEqualTo(high);
        scale.YLow.ShouldBeGreaterThanOrEqualTo(from - 1e-9);
        scale.YHigh.ShouldBeLessThanOrEqualTo(to + 1e-9);
        (scale.XLow, scale.XHigh).ShouldBe((0, 4_000));
    }

    private static IEnumerable<BacktestPoint> Curve(string strategy, int seed, params double[] scores) => scores.Select((score, i) =>
        new BacktestPoint(strategy, seed, 200 * (i + 1), score, score, new Dictionary<string, int> { ["a"] = 150 * (i + 1), ["b"] = 50 * (i + 1) }, Served: true));

    private static async Task<BacktestState> OpenAsync(TestStudio studio, Actor engineer)
    {
        var state = studio.Get<BacktestState>();
        await state.LoadAsync(null, engineer, None);
        await state.ReceiveAsync(new MemoryStream(Encoding.UTF8.GetBytes(Csv)), "posts.csv", () => { }, engineer, None);
        state.Problem.ShouldBeNull();
        return state;
    }
}
