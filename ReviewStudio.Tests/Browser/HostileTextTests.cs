using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>What people write is shown as text, whatever it is: markup, right-to-left letters, emoji, ten thousand words.</summary>
[Collection(DemoSiteCollection.Name)]
public sealed class HostileTextTests(DemoSite site)
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["markup"] = "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script> &lt;b&gt; {{7*7}} @Model",
        ["rtl"] = "هذا نص من اليمين إلى اليسار with English inside وهذا آخره",
        ["override"] = "harmless \u202Egnp.exe\u202C tail",
        ["emoji"] = "👩‍👩‍👧‍👦 🏳️‍🌈 ZÄ̈́̄l̷g̸o 𝒻𝒶𝓃𝒸𝓎",
        ["long"] = string.Join(' ', Enumerable.Repeat("verylongwordwithoutanyend" + new string('x', 200), 30)),
    };

    [Fact]
    public async Task Text_is_shown_letter_by_letter_and_runs_nothing()
    {
        var page = await site.SignedInAsync("admin", "/import");
        var lines = Texts.Select(t => JsonSerializer.Serialize(new { id = t.Key, text = t.Value, language = "en" }));
        await page.ChooseFileAsync(new FilePayload
        {
            Name = "hostile.jsonl", MimeType = "application/jsonl", Buffer = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"),
        });
        await page.GetByTestId("queue").SelectOptionAsync(new SelectOptionValue { Index = 0 });
        await page.GetByTestId("start").ClickAsync();
        await Expect(page.GetByTestId("import").First).ToContainTextAsync($"{Texts.Count} added", new() { Timeout = 30_000 });

        await page.GotoAsync("/review?source=hostile");
        var bench = new Bench(page);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Texts.Count; i++)
        {
            await Expect(bench.Task).ToBeVisibleAsync();
            var text = await bench.TextAsync();
            seen.Add(text);
            var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            wide.ShouldBeLessThanOrEqualTo(0);
            if (i < Texts.Count - 1)
            {
                await bench.JudgeAsync("benign");
            }
        }

        seen.SetEquals(Texts.Values).ShouldBeTrue();
        (await page.EvaluateAsync<bool>("window.broken === undefined")).ShouldBeTrue();
    }
}
