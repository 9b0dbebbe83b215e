using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Pages.Queues;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

public sealed class QueuesPageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Settings_out_of_range_are_told_where_they_stand_and_saved_when_mended()
    {
        await using var studio = await TestStudio.StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.QueueAsync("posts", ["ok", "bad"]);
        await using var pages = new Pages(studio, lead);
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/queues?queue=posts");
        var page = pages.Render<QueuesPage>();
        await Field(page, "Reviewers a case").ChangeAsync("12");
        await Field(page, "On a schedule, UTC").ChangeAsync("0 25 * * *");

        await page.Find("aside button.primary").ClickAsync();

        page.FindAll(".mistake").Select(m => m.TextContent).ShouldBe(["A case takes 1 to 9 reviewers.", CronText.Problem("0 25 * * *")!]);

        await Field(page, "Reviewers a case").ChangeAsync("3");
        await Field(page, "On a schedule, UTC").ChangeAsync("0 3 * * *");
        await page.Find("aside button.primary").ClickAsync();
        page.FindAll(".mistake").ShouldBeEmpty();
        var saved = (await studio.Get<ListQueues>().RunAsync(false, lead, None)).Single().Settings;
        (saved.Plan.ReviewersPerCase, saved.RetrainCron).ShouldBe((3, "0 3 * * *"));
    }

    [Fact]
    public async Task Queue_is_made_from_the_page_with_a_key_that_follows_its_name()
    {
        await using var studio = await TestStudio.StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.QueueAsync("posts", ["ok", "bad"]);
        await using var pages = new Pages(studio, lead);
        var page = pages.Render<QueuesPage>();
        await page.Find("header button.primary").ClickAsync();
        await Field(page, "Name").ChangeAsync("Forum posts");

        await page.Find("aside button.primary").ClickAsync();

        (await studio.Get<ListQueues>().RunAsync(false, lead, None)).Select(q => q.Key).ShouldBe(["forum-posts", "posts"]);
        pages.Services.GetRequiredService<NavigationManager>().Uri.ShouldContain("queue=forum-posts");
    }

    [Fact]
    public async Task Engineer_reads_settings_and_cannot_change_them()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);
        await using var pages = new Pages(studio, await studio.ReviewerAsync("engineer", roles: Roles.MLEngineer));
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/queues?queue=posts");

        var page = pages.Render<QueuesPage>();

        page.Find("aside fieldset").HasAttribute("disabled").ShouldBeTrue();
        page.FindAll("button.primary").ShouldBeEmpty();
    }

    private static AngleSharp.Dom.IElement Field(IRenderedComponent<QueuesPage> page, string words) =>
        page.FindAll("aside label.field").Single(l => l.TextContent.Trim().StartsWith(words, StringComparison.Ordinal)).QuerySelector("input")!;
}
