using Bunit;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Pages.Scanning;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Rules;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

public sealed class ScanningPagesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Lead_sets_thresholds_is_told_what_is_out_of_range_and_tries_a_text_without_keeping_it()
    {
        await using var studio = await StudioAsync();
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<ScanningPage>();

        var form = page.WaitForElement("[data-testid=scan-rules]");
        form.TextContent.ShouldContain("not scanned by");
        page.Find("input[aria-label='Review bad from']").Change("1,5");
        page.Find("[data-testid=enabled]").Change(true);
        page.Find("[data-testid=save]").Click();
        page.WaitForAssertion(() => page.Find(".mistake").TextContent.ShouldContain("above 0 and at most at 1"));
        page.Find("input[aria-label='Review bad from']").GetAttribute("value").ShouldBe("1,5", "what was typed stays");

        page.Find("input[aria-label='Review bad from']").Change("0,4");
        page.Find("input[aria-label='Block bad from']").Change("0.9");
        page.Find("[data-testid=save]").Click();
        page.WaitForAssertion(() => page.Find(".notice.ok").TextContent.ShouldContain("Edition 1"));
        var set = (await studio.Get<ReadScanning>().RunAsync(lead, None)).Single();
        (set.Form.Enabled, set.Form.Thresholds["bad"], set.Form.Queue).ShouldBe((true, new Threshold(0.4, 0.9), "rules"));

        page.Find("header button").Click();
        page.Find("[data-testid=try-text]").Change("hello there");
        page.Find("[data-testid=try-run]").Click();
        page.WaitForAssertion(() => page.Find("[data-testid=try-answer]").TextContent.ShouldContain("no head serves yet"));
        (await studio.Get<ReadScanning>().RunAsync(lead, None)).Single().Days.ShouldBeEmpty();
    }

    [Fact]
    public async Task Engineer_sees_the_thresholds_and_changes_none()
    {
        await using var studio = await StudioAsync();
        await using var pages = new Pages(studio, await studio.ReviewerAsync("eno", roles: Roles.MLEngineer));
        var page = pages.Render<ScanningPage>();

        page.WaitForElement("[data-testid=scan-rules]");
        page.FindAll("[data-testid=save]").ShouldBeEmpty();
        page.Find("input[aria-label='Review bad from']").HasAttribute("disabled").ShouldBeTrue();
    }

    [Fact]
    public async Task Rule_is_tried_then_put_in_force_then_ended()
    {
        await using var studio = await StudioAsync();
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<RulesPage>();

        page.WaitForElement("header button").Click();
        page.Find("[data-testid=pattern]").Change("morning 1");
        page.Find("[data-testid=trial]").Click();
        page.WaitForAssertion(() => page.Find("[data-testid=trial-result] mark").TextContent.ShouldBe("morning 1"));
        page.Find("[data-testid=add]").Click();
        page.WaitForAssertion(() => page.Find(".mistake").TextContent.ShouldContain("Give the rule a name"));
        page.Find("[data-testid=name]").Change("Mornings");
        page.Find("[data-testid=add]").Click();
        page.WaitForAssertion(() => page.Find(".notice.ok").TextContent.ShouldContain("switch that on"));
        page.Find("[data-testid=rules] button").Click();
        page.WaitForAssertion(() => page.Find("[data-testid=rules]").TextContent.ShouldContain("ended"));
        (await studio.Get<ListRules>().RunAsync(lead, None)).Single().EndedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Hash_list_is_made_and_filled_and_tells_what_is_no_hash()
    {
        await using var studio = await StudioAsync();
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<HashListsPage>();

        page.WaitForElement("header button").Click();
        page.Find("[data-testid=name]").Change("Known");
        page.Find("[data-testid=key]").Change("known");
        page.Find("[data-testid=source]").Change("Partner");
        page.Find("[data-testid=add]").Click();
        page.WaitForElement("[data-testid=hashes]").Change("abc");
        page.Find("[data-testid=put-on]").Click();
        page.WaitForAssertion(() => page.Find(".notice").TextContent.ShouldContain("Entry 1 is no SHA-256"));
        page.Find("[data-testid=hashes]").Change(HashEntry.Of("a") + "\n" + HashEntry.Of("b"));
        page.Find("[data-testid=put-on]").Click();
        page.WaitForAssertion(() => page.Find(".notice.ok").TextContent.ShouldContain("2 put on the list"));
    }

    private static async Task<TestStudio> StudioAsync()
    {
        var studio = await TestStudio.StartAsync(services => services.Configure<EncoderOptions>(o => o.PackageRoots = []));
        var queue = await studio.QueueAsync("rules", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 5).Select(i => $"good morning {i}"));
        return studio;
    }
}
