using System.Text.Json;
using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>Pictures, sound and video in the workbench, down to the exported snapshot.</summary>
public sealed class MediaTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Video = "document.querySelector('.media-part video').currentTime";

    [Fact]
    public async Task Box_and_stretches_marked_by_a_reviewer_are_found_again_in_the_snapshot()
    {
        var engineer = await site.SignedInAsync("engineer", "/import");
        await SendAsync(engineer);

        var page = await site.SignedInAsync("moderator", "/review?source=media-test");
        var bench = new Bench(page);
        await Expect(bench.Task).ToBeVisibleAsync();
        for (var i = 0; i < 30 && await page.Locator(".media-part[data-media]").CountAsync() < 3; i++)
        {
            await page.WaitForTimeoutAsync(1000);
            await page.ReloadAsync();
            await Expect(bench.Task).ToBeVisibleAsync();
        }

        await Expect(page.Locator(".media-part[data-media]")).ToHaveCountAsync(3);
        await DrawBoxAsync(page);
        await Expect(page.GetByTestId("box")).ToHaveCountAsync(1);

        // Sound: played and marked by keys alone.
        await page.Keyboard.PressAsync("PageDown");
        (await page.EvaluateAsync<bool>("document.querySelector('.media-part audio').paused")).ShouldBeTrue("nothing plays by itself");
        await page.Keyboard.PressAsync("[");
        await page.Keyboard.PressAsync("Space");
        for (var i = 0; i < 100 && await page.EvaluateAsync<double>("document.querySelector('.media-part audio').currentTime") < 0.3; i++)
        {
            await page.WaitForTimeoutAsync(50);
        }

        await page.Keyboard.PressAsync("]");
        await Expect(page.GetByTestId("range")).ToHaveCountAsync(1);

        // Video: stepped frame by frame, and marked.
        await page.Keyboard.PressAsync("PageDown");
        (await page.EvaluateAsync<bool>("document.querySelector('.media-part video').muted")).ShouldBeTrue();
        await page.Keyboard.PressAsync("[");
        for (var i = 0; i < 5; i++)
        {
            await page.Keyboard.PressAsync(".");
        }

        (await page.EvaluateAsync<double>(Video)).ShouldBe(0.5, 0.06);
        await page.Keyboard.PressAsync("]");
        await Expect(page.GetByTestId("range")).ToHaveCountAsync(2);

        await page.Locator(".label-button").First.ClickAsync();
        await Expect(page.GetByTestId("counts")).ToContainTextAsync("1 today");
        var marks = await ExportedMarksAsync();
        marks.Count.ShouldBe(3);
        var box = marks.Single(m => m.GetProperty("Kind").GetString() == "box");
        box.GetProperty("Part").GetInt32().ShouldBe(1);
        box.GetProperty("Start").GetDouble().ShouldBe(0.25, 0.05);
        box.GetProperty("Bottom").GetDouble().ShouldBe(0.75, 0.05);
        var ranges = marks.Where(m => m.GetProperty("Kind").GetString() == "timerange").OrderBy(m => m.GetProperty("Part").GetInt32()).ToList();
        ranges[0].GetProperty("End").GetDouble().ShouldBeInRange(250, 1000);
        ranges[1].GetProperty("End").GetDouble().ShouldBe(500, 60);
    }

    private static async Task DrawBoxAsync(IPage page)
    {
        var glass = page.Locator(".media-glass");
        await glass.ScrollIntoViewIfNeededAsync();
        var at = (await glass.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(at.X + (at.Width * 0.25f), at.Y + (at.Height * 0.25f));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(at.X + (at.Width * 0.5f), at.Y + (at.Height * 0.5f));
        await page.Mouse.MoveAsync(at.X + (at.Width * 0.75f), at.Y + (at.Height * 0.75f));
        await page.Mouse.UpAsync();
    }

    private async Task SendAsync(IPage engineer)
    {
        var form = engineer.APIRequest.CreateFormData();
        form.Append("queue", "community");
        form.Append("source", "media-test");
        form.Append("externalId", "post-1");
        form.Append("language", "en");
        form.Append("text", "Look at this.");
        form.Append("file", new FilePayload { Name = "a", MimeType = "application/octet-stream", Buffer = MediaFiles.Make("image/png") });
        form.Append("file", new FilePayload { Name = "b", MimeType = "application/octet-stream", Buffer = MediaFiles.Make("audio/wav") });
        form.Append("file", new FilePayload { Name = "c", MimeType = "application/octet-stream", Buffer = MediaFiles.Make("video/webm") });
        var answer = await engineer.APIRequest.PostAsync(site.Address + "/api/v1/items", new APIRequestContextOptions { Multipart = form });
        answer.Status.ShouldBe(201, await answer.TextAsync());
    }

    private async Task<List<JsonElement>> ExportedMarksAsync()
    {
        await StudioProgram.RunAsync(["snapshot", "create", "--policy", "community", "--data-folder", site.Folder], ("ASPNETCORE_ENVIRONMENT", "Development"));
        var lines = Directory.GetFiles(Path.Combine(site.Folder, "snapshots"), "verdicts.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadLines).Where(l => l.Contains("media-test", StringComparison.Ordinal)).ToList();
        var row = JsonDocument.Parse(lines.ShouldHaveSingleItem()).RootElement.GetProperty("rationales");
        return [.. (row.ValueKind == JsonValueKind.String ? JsonDocument.Parse(row.GetString()!).RootElement : row).EnumerateArray()];
    }
}
