using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

[Collection(DemoSiteCollection.Name)]
public sealed class ImportTests(DemoSite site)
{
    private static readonly string[] Rows =
    [
        "ref,body,verdict",
        "a-1,Is the library open on Sundays?,fine",
        "a-2,\"Thanks, all of you, for the help\",fine",
        "a-3,,fine",
        "a-4,Buy ten followers now,junk",
    ];

    [Fact]
    public async Task File_dropped_on_the_page_is_shown_mapped_imported_and_a_second_time_adds_nothing()
    {
        var page = await site.SignedInAsync("engineer", "/import");
        var file = new FilePayload { Name = "letters.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(string.Join("\n", Rows) + "\n") };

        await ImportAsync(page, file);
        var entry = page.GetByTestId("import").First;
        await Expect(entry).ToContainTextAsync("3 added", new() { Timeout = 30_000 });
        var rejects = await page.RunAndWaitForDownloadAsync(() => entry.GetByText("1 rejected, with reasons").ClickAsync());
        var reasons = await File.ReadAllTextAsync((await rejects.PathAsync())!, TestContext.Current.CancellationToken);
        reasons.ShouldContain("4");
        reasons.ShouldContain("a-3");

        await ImportAsync(page, file);
        await Expect(page.GetByTestId("import").First).ToContainTextAsync("3 there already", new() { Timeout = 30_000 });
        await Expect(page.GetByTestId("import").First).ToContainTextAsync("0 added");
    }

    [Fact]
    public async Task Empty_file_is_refused_with_what_to_do()
    {
        var page = await site.SignedInAsync("engineer", "/import");
        await page.ChooseFileAsync(new FilePayload { Name = "nothing.csv", MimeType = "text/csv", Buffer = [] });

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("empty");
    }

    private static async Task ImportAsync(IPage page, FilePayload file)
    {
        await page.ChooseFileAsync(file);
        await Expect(page.GetByText("Thanks, all of you")).ToBeVisibleAsync();
        await page.GetByTestId("queue").SelectOptionAsync(new SelectOptionValue { Index = 0 });
        await page.GetByLabel("Text ref").SelectOptionAsync("body");
        await page.GetByLabel("Id at the source").SelectOptionAsync("ref");
        await page.GetByTestId("start").ClickAsync();
    }
}
