using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Core.Webhooks.Sending;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class WebhookSubscriptionTestsOnSqlite() : WebhookSubscriptionTests(TestEngine.Sqlite);

public sealed class WebhookSubscriptionTestsOnPostgreSql() : WebhookSubscriptionTests(TestEngine.PostgreSql);

/// <summary>What subscribers are owed when they pause, leave or change their secret.</summary>
public abstract class WebhookSubscriptionTests(TestEngine engine) : WebhookContract(engine)
{
    [Fact]
    public async Task Paused_subscriber_gets_later_what_happened_meanwhile_and_a_removed_one_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var studio = await OpenAsync();
        var (id, _) = await AddAsync(studio, receiver.Address, OutboxTopics.ModelPromoted);
        await studio.Get<PauseWebhook>().RunAsync(id, true, Actor.System, None);
        await WriteMessagesAsync(studio, 3);
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await PumpAsync(studio);
        receiver.All.ShouldBeEmpty();
        (await Should.ThrowAsync<RefusedException>(() => studio.Get<SendTestEvent>().RunAsync(id, Actor.System, None))).Code.ShouldBe("webhook.paused");

        await studio.Get<PauseWebhook>().RunAsync(id, false, Actor.System, None);
        await PumpAsync(studio);
        receiver.All.Count.ShouldBe(3);

        await studio.Get<RemoveWebhook>().RunAsync(id, Actor.System, None);
        await WriteMessagesAsync(studio, 1);
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await PumpAsync(studio);
        receiver.All.Count.ShouldBe(3);
        (await ListAsync(studio)).ShouldBeEmpty();
        (await studio.Database.ReadAsync(db => db.Set<WebhookDelivery>().CountAsync(), None)).ShouldBe(0);
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_until_the_earlier_one_ends()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var studio = await OpenAsync();
        var (id, first) = await AddAsync(studio, receiver.Address, OutboxTopics.ModelPromoted);
        var second = (await studio.Get<RotateWebhookSecret>().RunAsync(id, false, Actor.System, None)).Secret;
        bool[] Signers(Received r, params string[] secrets) => [.. secrets.Select(s => WebhookSignature.Verify(s, r.Timestamp, r.Body, r.Signature))];
        async Task<Received> SendAsync()
        {
            await studio.Get<SendTestEvent>().RunAsync(id, Actor.System, None);
            await PumpAsync(studio);
            return receiver.All[^1];
        }

        Signers(await SendAsync(), first, second).ShouldBe([true, true]);
        studio.Clock.Advance(TimeSpan.FromHours(25));
        Signers(await SendAsync(), first, second).ShouldBe([false, true]);
        var third = (await studio.Get<RotateWebhookSecret>().RunAsync(id, true, Actor.System, None)).Secret;
        Signers(await SendAsync(), second, third).ShouldBe([false, true]);
        JsonDocument.Parse(receiver.All[^1].Body).RootElement.GetProperty("type").GetString().ShouldBe("webhook.test");
        (await studio.Database.ReadAsync(db => db.Set<WebhookSubscription>().SingleAsync(), None)).Secret.ShouldNotContain(third);
    }

    [Fact]
    public async Task What_nobody_wants_is_handed_on_to_nobody_and_cleared_with_the_rest()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var studio = await OpenAsync();
        await AddAsync(studio, receiver.Address, OutboxTopics.SnapshotReady);
        await JudgeAsync(studio);
        await studio.Get<SendTestEvent>().RunAsync((await ListAsync(studio))[0].Id, Actor.System, None);
        studio.Clock.Advance(TimeSpan.FromSeconds(9));
        await PumpAsync(studio);
        receiver.All.Count.ShouldBe(1, "the test event alone");
        (await studio.Get<TidyWebhooks>().RunAsync(None)).ShouldBe(0);

        await WriteMessagesAsync(studio, 1, studio.Clock.Instant().AddDays(60));
        studio.Clock.Advance(TimeSpan.FromDays(31));
        (await studio.Get<TidyWebhooks>().RunAsync(None)).ShouldBe(3, "two messages and a delivery");
        (await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().SingleAsync(), None)).SentAt.ShouldBeNull("what was not handed on yet stays");
    }

    [Fact]
    public async Task Subscriptions_are_for_administrators()
    {
        await using var studio = await OpenAsync();
        var lead = await studio.ReviewerAsync("lead", roles: [Roles.PolicyLead, Roles.MLEngineer, Roles.Moderator]);

        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<AddWebhook>().RunAsync(new NewWebhook("x", "https://example.org", [OutboxTopics.ModelPromoted]), lead, None));
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<ListWebhooks>().RunAsync(lead, None));
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<ListDeliveries>().RunAsync(new DeliveryQuery(), lead, None));
    }
}
