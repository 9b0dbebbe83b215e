using System.Net.Http.Json;
using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Api;
using ReviewStudio.Components.Pages.Policies;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

public sealed class PolicyPagesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Form_and_api_say_the_same_about_the_same_mistakes()
    {
        await using var studio = await TestStudio.StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<NewPolicyPage>();
        await page.Find("input[placeholder='Hate and harassment']").ChangeAsync("Spam");
        await page.Find("input[aria-label='Name of label 2']").ChangeAsync("Spam");
        await page.Find("input[aria-label='Hot-key of Spam']").ChangeAsync("S");

        await page.Find("button.primary").ClickAsync();

        var shown = page.FindAll(".mistake").Select(m => m.TextContent).ToList();
        shown.ShouldNotBeEmpty();
        var policy = new NewPolicy { Key = "spam", Name = "Spam", Content = PolicyEditorState.Blank() };
        (policy.Content.Labels[1].Key, policy.Content.Labels[1].Name, policy.Content.Labels[1].HotKey) = ("spam", "Spam", "s");
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapPolicies());
        var answer = await (await api.Client(lead).PostAsJsonAsync("/api/v1/policies", policy)).Content.ReadFromJsonAsync<JsonElement>();
        var told = answer.GetProperty("errors").EnumerateObject().SelectMany(e => e.Value.EnumerateArray()).Select(m => m.GetString()!).ToList();
        shown.ShouldBe(told, ignoreOrder: true);
    }

    [Fact]
    public async Task Form_without_a_benign_label_says_which_to_mark_as_the_api_does()
    {
        await using var studio = await TestStudio.StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<NewPolicyPage>();
        await page.Find("input[placeholder='Hate and harassment']").ChangeAsync("Spam");
        await page.Find("input[aria-label='Name of label 2']").ChangeAsync("Spam");
        await page.FindAll("button.add").Single().ClickAsync();
        await page.Find("input[aria-label='Name of label 3']").ChangeAsync("Scam");
        await page.Find("button[aria-label='Remove OK']").ClickAsync();

        await page.Find("button.primary").ClickAsync();

        page.FindAll(".mistake").Select(m => m.TextContent).ShouldBe([PolicyContentValidator.OneBenign]);
        await page.Find("input[aria-label='Spam means nothing is wrong']").ChangeAsync("on");
        page.FindAll(".mistake").ShouldBeEmpty();
        await page.Find("button.primary").ClickAsync();
        (await studio.Get<GetPolicy>().RunAsync("spam", lead, None)).Draft!.Content.Labels.Single(l => l.Benign).Key.ShouldBe("spam");
        pages.Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith("/policies/spam/edit");
    }

    [Fact]
    public async Task Editor_shows_guidance_as_reviewers_see_it_while_it_is_written()
    {
        await using var studio = await TestStudio.StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.Get<CreatePolicy>().RunAsync(Contents.Policy("spam", "ok", "spam"), lead, None);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<EditPolicyPage>(p => p.Add(x => x.Key, "spam"));

        await page.Find("textarea").InputAsync("Not *this*: <script>alert(1)</script>");

        page.Find(".preview em").TextContent.ShouldBe("this");
        page.FindAll(".preview script").ShouldBeEmpty();
        page.Find("[role=status]").TextContent.ShouldBe("Unsaved changes");
    }

    [Fact]
    public async Task Draft_saved_by_somebody_else_meanwhile_is_told_and_the_text_stays()
    {
        await using var studio = await TestStudio.StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var other = await studio.ReviewerAsync("Ben", roles: Roles.PolicyLead);
        await studio.Get<CreatePolicy>().RunAsync(Contents.Policy("spam", "ok", "spam"), lead, None);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<EditPolicyPage>(p => p.Add(x => x.Key, "spam"));
        var stamp = (await studio.Get<GetPolicy>().RunAsync("spam", other, None)).Draft!.Stamp;
        await studio.Get<EditDraft>().RunAsync(new DraftEdit("spam", stamp, Contents.Of("ok", "junk")), other, None);

        await page.Find("textarea").InputAsync("My own words");
        await page.FindAll("button").Single(b => b.TextContent == "Save").ClickAsync();

        page.Find(".notice").TextContent.ShouldContain("Ben saved this draft after you opened it");
        page.Find("textarea").GetAttribute("value").ShouldBe("My own words");
    }

    [Fact]
    public async Task Publishing_asks_about_each_label_that_went_away_and_then_publishes()
    {
        await using var studio = await TestStudio.StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.QueueAsync("posts", ["ok", "spam", "scam"]);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<EditPolicyPage>(p => p.Add(x => x.Key, "posts"));
        await page.Find("button[aria-label='Remove scam']").ClickAsync();
        await Button(page, "Publish …").ClickAsync();

        await Button(page, "Publish version 2").ClickAsync();
        page.FindAll(".mistake").Select(m => m.TextContent).ShouldBe([PublicationValidator.Undecided("scam")]);

        await page.Find("select[aria-label='What becomes of scam']").ChangeAsync("Merged");
        await page.Find("select[aria-label='Label that scam becomes']").ChangeAsync("spam");
        await Button(page, "Publish version 2").ClickAsync();

        var policy = await studio.Get<GetPolicy>().RunAsync("posts", lead, None);
        policy.InForce!.Number.ShouldBe(2);
        policy.InForce.Map.ShouldContain(new MappingChoice("scam", LabelMappingKind.Merged, "spam"));
    }

    [Fact]
    public async Task Moderator_reads_a_policy_and_is_offered_no_change()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("posts", ["ok", "spam"]);
        await using var pages = new Pages(studio, await studio.ReviewerAsync("moderator"));

        var list = pages.Render<PoliciesPage>();
        var page = pages.Render<PolicyPage>(p => p.Add(x => x.Key, "posts"));

        list.Find("a.name").TextContent.ShouldBe("posts");
        list.FindAll("a.primary").ShouldBeEmpty();
        page.FindAll("dt strong").Select(e => e.TextContent).ShouldBe(["ok", "spam"]);
        page.FindAll("header button, header a").ShouldBeEmpty();
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<EditPolicyPage> page, string words) =>
        page.FindAll("button").Single(b => b.TextContent.Trim() == words);
}
