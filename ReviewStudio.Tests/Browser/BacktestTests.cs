using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>A backtest from the page: choose, start, watch the curves grow, read the saving.</summary>
[Collection(DemoSiteCollection.Name)]
public sealed class BacktestTests(DemoSite site)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("REVIEWSTUDIO_PICTURES");

    [Fact]
    public async Task Engineer_plays_a_file_and_reads_what_margin_saves()
    {
        var page = await site.SignedInAsync("engineer", "/backtest");
        var (posts, label) = LabelledPosts.Real(1_500) is { } real ? (real, "class") : (LabelledPosts.MadeUp(0, 1_500), "label");
        await ChooseAsync(page, new FilePayload { Name = "posts.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(posts) });
        await Expect(page.GetByTestId("label")).ToHaveValueAsync(label);
        await SetAsync(page, "Language", "en");
        await SetAsync(page, "Budget", "300");
        await SetAsync(page, "Random labels first", "100");
        await SetAsync(page, "Batch", "40");
        await SetAsync(page, "For the gates", "20");
        await SetAsync(page, "Test rows", "500");
        await SetAsync(page, "Seeds", "0-1");

        await page.GetByTestId("start").ClickAsync();

        await Expect(page.Locator(".progress-row progress")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("line-margin").Locator("circle")).ToHaveCountAsync(6, new() { Timeout = 60_000 });
        await Expect(page.GetByTestId("line-margin").Locator("path.band")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("saving").Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator(".progress-row")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        await Expect(page.GetByTestId("saving")).ToContainTextAsync("n 2 seeds");
        var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(wide <= 0, $"The page is {wide} pixels wider than a small laptop");
        if (Folder is not null)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, "backtest.png") });
        }

        await page.Context.CloseAsync();
    }

    /// <summary>A script is quicker than the page: what it chooses before the page listens is lost, so it chooses again.</summary>
    private static async Task ChooseAsync(IPage page, FilePayload file)
    {
        for (var attempt = 0; attempt < 20 && await page.GetByTestId("label").CountAsync() == 0; attempt++)
        {
            if (await page.Locator("input[type=file]:enabled").CountAsync() == 1)
            {
                await page.ChooseFileAsync(file);
            }

            await page.WaitForTimeoutAsync(500);
        }
    }

    private static async Task SetAsync(IPage page, string field, string value)
    {
        var input = page.Locator("label.field").Filter(new() { HasTextRegex = new Regex($@"^\s*{field}", RegexOptions.None, TimeSpan.FromSeconds(1)) }).Locator("input");
        await input.FillAsync(value);
        await input.PressAsync("Tab");
    }
}
