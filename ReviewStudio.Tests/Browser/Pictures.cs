using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>
/// Makes the pictures of the documentation from the running program: <c>docs/pictures/make.sh</c>. In the ordinary suite
/// they are not made, but the walk through the pages is the same for both, so a page that breaks fails here.
/// </summary>
[Collection(DemoSiteCollection.Name)]
public sealed class Pictures(DemoSite site)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("REVIEWSTUDIO_PICTURES");

    [Theory]
    [InlineData("moderator", "/review?language=en", ".workbench[data-state=task]", "workbench")]
    [InlineData("lead", "/queues", "main table", "queues")]
    [InlineData("lead", "/agreement", "main h1", "agreement")]
    [InlineData("lead", "/agreement/adjudication", "main h1", "adjudication")]
    [InlineData("lead", "/agreement/gold", "main table", "gold")]
    [InlineData("lead", "/agreement/errors", "main h1", "label-errors")]
    [InlineData("lead", "/policies", "main table", "policies")]
    [InlineData("engineer", "/models", "main table", "models")]
    [InlineData("engineer", "/datasets", "main table", "datasets")]
    [InlineData("engineer", "/api-keys", "main h1", "api-keys")]
    [InlineData("engineer", "/docs/api", "main details", "api")]
    [InlineData("moderator", "/review/feedback", "main h1", "feedback")]
    [InlineData("admin", "/import", "main h1", "import")]
    [InlineData("admin", "/admin/accounts", "main table", "accounts")]
    [InlineData("admin", "/admin/system", "main table", "system")]
    [InlineData("admin", "/webhooks", "main h1", "webhooks")]
    public async Task Page_opens_without_a_fault_in_light_and_dark(string account, string path, string sign, string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark }.Take(Folder is null ? 1 : 2))
        {
            var faults = new List<string>();
            var page = await site.OpenedAsync(account, path, scheme);
            page.PageError += (_, fault) => faults.Add(fault);
            await Expect(page.Locator(sign).First).ToBeVisibleAsync();
            await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
            var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(wide <= 0, $"{path} is {wide} pixels wider than a small laptop");
            Assert.Empty(faults);
            if (Folder is not null && Wanted(name, scheme))
            {
                await page.WaitForTimeoutAsync(1_500);
                var suffix = scheme == ColorScheme.Light ? "" : "-dark";
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}{suffix}.png") });
            }

            await page.Context.CloseAsync();
        }
    }

    [Theory]
    [InlineData("/models?head=nonsense", "Models")]
    [InlineData("/datasets?snapshot=nonsense&compare=9", "Datasets")]
    [InlineData("/backtest?run=nonsense", "Backtest")]
    [InlineData("/webhooks?webhook=nonsense", "Webhooks")]
    [InlineData("/queues?archived=nonsense", "Queues")]
    [InlineData("/admin/accounts?inactive=nonsense", "Accounts")]
    [InlineData("/policies?archived=nonsense", "Policies")]
    [InlineData("/agreement?days=-1&version=nonsense", "Agreement")]
    public async Task Mistyped_address_opens_the_page_as_if_it_said_nothing(string path, string title)
    {
        var page = await site.OpenedAsync("admin", path);

        await Expect(page.Locator("main h1").First).ToContainTextAsync(title);
        await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>The README shows these.</summary>
    private static bool Wanted(string name, ColorScheme scheme) =>
        scheme == ColorScheme.Light ? name is "workbench" or "queues" or "policies" or "models" or "datasets" : name == "workbench";
}
