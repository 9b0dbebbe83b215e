using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>What is known of content that was seen before: in the workbench, on a case's page, on hash lists.</summary>
public sealed class CopiesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("REVIEWSTUDIO_PICTURES");

    [Fact]
    public async Task Copy_of_a_judged_and_listed_picture_shows_both_and_leads_to_the_case()
    {
        var lead = await site.SignedInAsync("lead", "/scanning/hashes");
        await SeenAsync(lead, "hashes-empty");
        var picture = CopiedPictures.Make(77);
        await ListAsync(lead, picture);

        await NoSecondLooksAsync(lead);

        var engineer = await site.SignedInAsync("engineer", "/import");
        await SendAsync(engineer, "first", picture);
        var page = await site.SignedInAsync("moderator", "/review?source=copies");
        await new Bench(page).PassBlindAsync();
        await Expect(page.GetByTestId("copies")).ToContainTextAsync("The same bytes are on the list “Known pictures”");
        await page.Locator(".label-button").Nth(1).ClickAsync();
        await Expect(page.GetByTestId("counts")).Not.ToContainTextAsync(" 0 today");

        // Until they are looked at, nobody knows that they are copies.
        await SendAsync(engineer, "second", CopiedPictures.Copy(picture, "mirrored"));
        for (var i = 0; i < 40; i++)
        {
            await page.ReloadAsync();
            await new Bench(page).PassBlindAsync();
            var text = await page.Locator("body").InnerTextAsync();
            if (text.Contains("Nearly the same picture judged", StringComparison.Ordinal))
            {
                break;
            }

            if (text.Contains("Same picture judged", StringComparison.Ordinal))
            {
                await page.Locator(".label-button").Nth(1).ClickAsync();
            }

            await page.WaitForTimeoutAsync(1000);
        }

        await Expect(page.GetByTestId("copies")).ToContainTextAsync("Nearly the same picture judged");
        await Expect(page.GetByTestId("copies")).ToContainTextAsync("of 256 bits differ");
        await SeenAsync(page, "copies");
        // Chance may have had one of the second ones judged already, which is then the same picture.
        var link = await page.GetByTestId("copies").Locator("p", new() { HasText = "Nearly the same" }).Locator("a").First.GetAttributeAsync("href");
        await page.GotoAsync(link!);
        await Expect(page.GetByTestId("labels").Locator("[data-testid=opinions] li")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("content")).ToContainTextAsync("copies · first-");
        await SeenAsync(page, "case");
    }

    /// <summary>A case that waits for one tells nobody what was said of it.</summary>
    private static async Task NoSecondLooksAsync(IPage lead)
    {
        await lead.GotoAsync("/queues");
        await lead.GetByRole(AriaRole.Button, new() { Name = "Community" }).First.ClickAsync();
        var form = lead.Locator("aside.side");
        await form.GetByLabel("Second looks, %").FillAsync("0");
        await form.GetByLabel("Second looks, %").PressAsync("Tab");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(form.Locator("footer [role=status]")).ToContainTextAsync("Saved");
    }

    private async Task ListAsync(IPage lead, byte[] picture)
    {
        await lead.GetByRole(AriaRole.Button, new() { Name = "New list" }).ClickAsync();
        await lead.GetByTestId("name").FillAsync("Known pictures");
        await lead.GetByTestId("key").FillAsync("known-pictures");
        await lead.GetByTestId("source").FillAsync("Hash sharing of the platforms");
        await lead.GetByTestId("add").ClickAsync();
        await Expect(lead.GetByTestId("entries")).ToBeVisibleAsync();
        var file = new FilePayload { Name = "photo.jpg", MimeType = "image/jpeg", Buffer = picture };
        await lead.GetByLabel("A file to put on the list").SetInputFilesAsync(file);
        await Expect(lead.GetByTestId("changes")).ToContainTextAsync("file photo.jpg");
        await lead.GetByTestId("hashes").FillAsync(new string('a', 64) + "\npdq:" + new string('5', 64));
        await lead.GetByTestId("put-on").ClickAsync();
        await Expect(lead.Locator(".notice.ok")).ToContainTextAsync("2 put on the list");
        await lead.GetByTestId("hashes").FillAsync(new string('a', 64));
        await lead.GetByTestId("why").FillAsync("Sent to us by mistake");
        await lead.GetByTestId("take-off").ClickAsync();
        await Expect(lead.GetByTestId("changes")).ToContainTextAsync("Sent to us by mistake");
        await lead.GetByLabel("A file to look for").SetInputFilesAsync(file);
        await Expect(lead.GetByTestId("find")).ToContainTextAsync("is on “Known pictures”");
        (await lead.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0);
        await SeenAsync(lead, "hashes");
    }

    /// <summary>Sends it under four ids: chance may draw one for audit, and hardly all.</summary>
    private async Task SendAsync(IPage engineer, string id, byte[] picture)
    {
        for (var i = 0; i < 4; i++)
        {
            await SendOneAsync(engineer, $"{id}-{i}", picture);
        }
    }

    private async Task SendOneAsync(IPage engineer, string id, byte[] picture)
    {
        var form = engineer.APIRequest.CreateFormData();
        form.Append("queue", "community");
        form.Append("source", "copies");
        form.Append("externalId", id);
        form.Append("language", "en");
        form.Append("file", new FilePayload { Name = "a", MimeType = "application/octet-stream", Buffer = picture });
        var answer = await engineer.APIRequest.PostAsync(site.Address + "/api/v1/items", new APIRequestContextOptions { Multipart = form });
        answer.Status.ShouldBe(201, await answer.TextAsync());
    }

    /// <summary>A picture of the page in light and dark, when pictures are wanted.</summary>
    private static async Task SeenAsync(IPage page, string name)
    {
        await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark }.Where(_ => Folder is not null))
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await page.WaitForTimeoutAsync(700);
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder!, $"{name}-{scheme}.png") });
        }
    }
}
