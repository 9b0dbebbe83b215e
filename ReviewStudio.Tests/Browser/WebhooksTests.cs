using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

[Collection(DemoSiteCollection.Name)]
public sealed class WebhooksTests(DemoSite site)
{
    [Fact]
    public async Task Test_event_to_a_host_that_is_not_there_shows_up_by_itself_with_the_reason()
    {
        var page = await site.SignedInAsync("admin", "/webhooks", ColorScheme.Light);
        await Expect(page.Locator(".empty-state")).ToBeVisibleAsync();
        await page.GetByTestId("new-webhook").ClickAsync();
        await page.GetByTestId("name").FillAsync("Enforcement service");
        await page.GetByTestId("address").FillAsync("https://receiver.invalid/hooks");
        await page.GetByTestId("add").ClickAsync();
        await Expect(page.GetByTestId("secret")).ToContainTextAsync("whsec_");
        await page.GetByTestId("test").ClickAsync();

        var row = page.Locator("[data-testid=deliveries] tbody tr");
        await Expect(row).ToContainTextAsync("webhook.test");
        await Expect(row.Locator(".answer")).Not.ToBeEmptyAsync(new LocatorAssertionsToBeEmptyOptions { Timeout = 30_000 });
        await Expect(row).ToContainTextAsync("next in");
        if (Environment.GetEnvironmentVariable("REVIEWSTUDIO_PICTURES") is { } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "webhooks.png") });
        }

        await page.GetByTestId("remove").ClickAsync();
        await page.GetByTestId("confirm").ClickAsync();
        await Expect(page.Locator(".empty-state")).ToBeVisibleAsync();
    }
}
