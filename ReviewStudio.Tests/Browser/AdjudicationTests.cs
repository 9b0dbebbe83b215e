using System.Text.Json;
using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>From a disagreement to a settled label in a snapshot, by the people who do it.</summary>
public sealed class AdjudicationTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Queue = "Marketplace listings";

    [Fact]
    public async Task Three_reviewers_disagree_and_the_lead_settles_the_case_from_the_heat_map_and_the_snapshot_holds_its_history()
    {
        var lead = await site.SignedInAsync("lead", "/queues");
        await AskThreeReviewersAsync(lead);

        var text = "";
        string[] labels = [];
        foreach (var (account, place) in new[] { ("moderator", 0), ("moderator2", 1), ("admin", 2) })
        {
            var page = await site.SignedInAsync(account, "/review?queue=2&language=en");
            var bench = new Bench(page);
            await Expect(bench.Task).ToBeVisibleAsync();
            labels = labels.Length > 0 ? labels : [.. (await page.Locator("[data-label]").EvaluateAllAsync<string[]>("all => all.map(l => l.dataset.label)")).Take(3)];
            text = text.Length > 0 ? text : await bench.TextAsync();
            while (await bench.TextAsync() != text)
            {
                // A known answer, or the other case that the demo began with: judged as it should be.
                await bench.JudgeAsync(site.Answer("marketplace", await bench.TextAsync()));
            }

            await Expect(page.GetByTestId("opinions")).ToHaveCountAsync(0);
            await bench.JudgeAsync(labels[place]);
            await page.CloseAsync();
        }

        await lead.GotoAsync("/agreement?policy=marketplace");
        var cell = lead.GetByTestId("heat-labels").Locator("button").First;
        await cell.ClickAsync();
        var panel = lead.GetByTestId("cell");
        var found = panel.Locator("article").Filter(new() { HasText = text.Trim() });
        await Expect(found).ToHaveCountAsync(1);
        await found.GetByRole(AriaRole.Link, new() { Name = "Settle this case" }).ClickAsync();

        var opinions = lead.GetByTestId("opinions");
        await Expect(opinions.Locator("li")).ToHaveCountAsync(3);
        await lead.Locator(Bench.Note).FillAsync("A price that is too good is the first sign of fraud.");
        await lead.Keyboard.PressAsync("Escape");
        await new Bench(lead).JudgeAsync(labels[1]);
        await Expect(lead.Locator(".undo-chip")).ToBeVisibleAsync();

        await lead.GotoAsync("/agreement/adjudication?policy=marketplace");
        await Expect(lead.GetByTestId("settled")).ToContainTextAsync("A price that is too good is the first sign of fraud.");
        await lead.GotoAsync("/policies/marketplace/edit");
        await Expect(lead.GetByTestId("guidance-notes")).ToContainTextAsync("A price that is too good is the first sign of fraud.");

        await CheckSnapshotAsync(text.Trim(), labels);
    }

    /// <summary>The review plan of the queue, as its lead sets it.</summary>
    private static async Task AskThreeReviewersAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = Queue }).First.ClickAsync();
        var waiting = page.Locator("tr.picked td.strong");
        var before = await waiting.InnerTextAsync();
        var form = page.Locator("aside.side");
        await form.GetByLabel("Reviewers a case").FillAsync("3");
        await form.GetByLabel("Reviewers a case").PressAsync("Tab");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(form.Locator("footer [role=status]")).ToContainTextAsync("Saved");

        // The verdicts are asked for by a job: the queue fills up.
        await Expect(waiting).Not.ToHaveTextAsync(before, new() { Timeout = 30_000 });
    }

    private async Task CheckSnapshotAsync(string text, string[] labels)
    {
        var engineer = await site.SignedInAsync("engineer", "/datasets?policy=marketplace");
        var rows = engineer.GetByTestId("snapshots").Locator("tbody tr");
        await Expect(rows.First).ToBeVisibleAsync();
        var before = await rows.CountAsync();
        await engineer.GetByTestId("new-snapshot").ClickAsync();
        await Expect(rows).ToHaveCountAsync(before + 1, new() { Timeout = 60_000 });
        await rows.First.Locator("button").First.ClickAsync();
        var files = engineer.GetByTestId("snapshot-panel");
        var examples = await LinesAsync(engineer, files, "examples.jsonl");
        var example = examples.Single(e => e.GetProperty("text").GetString()!.Trim() == text);
        (example.GetProperty("label").GetString(), example.GetProperty("method").GetString()).ShouldBe((labels[1], "adjudicated"));

        var id = example.GetProperty("external_id").GetString();
        var verdicts = (await LinesAsync(engineer, files, "verdicts.jsonl")).Where(v => v.GetProperty("external_id").GetString() == id).ToList();
        verdicts.Select(v => v.GetProperty("label").GetString()).ShouldBe([labels[0], labels[1], labels[2], labels[1]]);
        verdicts.Select(v => v.GetProperty("reviewer").GetString()).Distinct().Count().ShouldBe(4);
        verdicts[3].GetProperty("purpose").GetString().ShouldBe("adjudication");
        verdicts[3].GetProperty("note").GetString().ShouldBe("A price that is too good is the first sign of fraud.");
    }

    private static async Task<List<JsonElement>> LinesAsync(IPage page, ILocator panel, string file)
    {
        var address = await panel.GetByRole(AriaRole.Link, new() { Name = file, Exact = true }).GetAttributeAsync("href");
        var answer = await page.APIRequest.GetAsync(address!);
        return [.. (await answer.TextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }
}
