using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Pages.Webhooks;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

public sealed class WebhooksPageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Webhook_is_added_its_secret_shown_once_and_mistakes_are_named()
    {
        await using var studio = await TestStudio.StartAsync();
        await using var pages = new Pages(studio, await studio.ReviewerAsync("ada", roles: Roles.Admin));
        var page = pages.Render<WebhooksPage>();
        page.WaitForElement(".empty-state").TextContent.ShouldContain("Nobody is told yet");

        page.Find("[data-testid=new-webhook]").Click();
        page.Find("[data-testid=name]").Change("Enforcement");
        page.Find("[data-testid=address]").Change("http://10.0.0.1/hooks");
        page.Find("[data-testid=add]").Click();
        page.WaitForElement("[data-testid=webhook-form] [role=alert]").TextContent.ShouldContain("https addresses alone");
        page.Find("[data-testid=address]").Change("https://example.org/hooks");
        page.Find("[data-testid='event-snapshot.ready']").Change(false);
        page.Find("[data-testid=add]").Click();

        var secret = page.WaitForElement("[data-testid=secret] code").TextContent;
        secret.ShouldStartWith("whsec_");
        page.Find("[data-testid=webhooks] tbody").TextContent.ShouldContain("https://example.org/hooks");
        page.Find("[data-testid=webhooks] .names").TextContent.ShouldBe("verdict.recorded consensus.changed model.promoted");
        page.Find("[data-testid=secret] button").Click();
        page.Markup.ShouldNotContain(secret);

        page.Find("[data-testid=rotate]").Click();
        page.Find("[data-testid=asking]").TextContent.ShouldContain("A new secret for Enforcement?");
        page.Find("[data-testid=confirm]").Click();
        page.WaitForElement("[data-testid=secret] code").TextContent.ShouldNotBe(secret);

        page.Find("[data-testid=pause]").Click();
        page.WaitForAssertion(() => page.Find("[data-testid=pause]").TextContent.ShouldBe("Resume"));
        page.Find("[data-testid=test]").HasAttribute("disabled").ShouldBeTrue();
        page.Find("[data-testid=pause]").Click();
        page.WaitForAssertion(() => page.Find("[data-testid=test]").HasAttribute("disabled").ShouldBeFalse());
        page.Find("[data-testid=test]").Click();
        page.WaitForAssertion(() => page.Find("[data-testid=deliveries] tbody").TextContent.ShouldContain("webhook.test"));

        page.Find("[data-testid=remove]").Click();
        page.Find("[data-testid=asking]").TextContent.ShouldContain("1 waiting");
        page.Find("[data-testid=confirm]").Click();
        page.WaitForElement(".empty-state");
    }

    [Fact]
    public async Task Dead_letters_show_why_and_are_replayed_one_or_all()
    {
        await using var studio = await TestStudio.StartAsync();
        var made = await studio.Get<AddWebhook>().RunAsync(new NewWebhook("Enforcement", "https://example.org/hooks", [OutboxTopics.ModelPromoted]), Actor.System, None);
        await studio.Database.WriteAsync(
            async db =>
            {
                var subscription = await db.Set<WebhookSubscription>().SingleAsync();
                db.AddRange(Enumerable.Range(0, 3).Select(i => new WebhookDelivery
                {
                    SubscriptionId = subscription.Id, EventId = Guid.NewGuid(), Topic = OutboxTopics.ModelPromoted, CreatedAt = studio.Clock.Instant(), NextAttemptAt = studio.Clock.Instant(),
                    State = DeliveryState.Dead, Attempts = 12, LastStatus = 500, LastAnswer = $"<b>broken {i}</b>", EndedAt = studio.Clock.Instant(),
                }));
                await db.SaveChangesAsync();
            },
            None);
        await using var pages = new Pages(studio, await studio.ReviewerAsync("ada", roles: Roles.Admin));
        var navigation = pages.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo($"/webhooks?webhook={made.Id}&state=dead");

        var page = pages.Render<WebhooksPage>();
        page.WaitForElements("[data-testid=deliveries] tbody tr").Count.ShouldBe(3);
        page.FindAll(".answer")[0].TextContent.ShouldContain("<b>broken 2</b>", Case.Sensitive, "an answer from outside is text");
        page.Find("[data-testid=replay]").Click();
        page.WaitForAssertion(() => page.FindAll("[data-testid=deliveries] tbody tr").Count.ShouldBe(2));
        page.Find("[data-testid=replay-all]").TextContent.ShouldContain("all 2 dead letters");
        page.Find("[data-testid=replay-all]").Click();
        page.WaitForAssertion(() => page.Find("[data-testid=no-deliveries]").TextContent.ShouldBe("None fits the filter."));

        page.Find("[data-testid=state]").Change("");
        navigation.Uri.ShouldNotContain("state=");
        page.WaitForAssertion(() => page.FindAll("[data-testid=deliveries] tbody tr").Count.ShouldBe(3));
        page.Find("[data-testid=deliveries] tbody").TextContent.ShouldContain("waiting");
    }
}
