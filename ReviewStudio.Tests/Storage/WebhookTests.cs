using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Core.Webhooks.Sending;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class WebhookTestsOnSqlite() : WebhookTests(TestEngine.Sqlite);

public sealed class WebhookTestsOnPostgreSql() : WebhookTests(TestEngine.PostgreSql);

/// <summary>From a verdict to a receiver on this machine, through everything that can go wrong on the way.</summary>
public abstract class WebhookTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Receiver_that_fails_twice_gets_the_same_event_a_third_time_and_it_is_signed()
    {
        await using var receiver = await Receiver.StartAsync(async (n, http) =>
        {
            http.Response.StatusCode = n < 3 ? 503 : 200;
            await http.Response.WriteAsync(n < 3 ? "not now" : "thanks");
        });
        await using var studio = await OpenAsync();
        var (_, secret) = await AddAsync(studio, receiver.Address, OutboxTopics.VerdictRecorded);
        var verdict = await JudgeAsync(studio);

        await PumpAsync(studio);
        receiver.All.ShouldBeEmpty("the verdict can still be undone");
        studio.Clock.Advance(TimeSpan.FromSeconds(9));
        await PumpAsync(studio);
        var failed = await DeliveryAsync(studio);
        (failed.State, failed.Attempts, failed.LastStatus, failed.LastAnswer).ShouldBe((DeliveryState.Pending, 1, 503, "not now"));
        failed.NextAttemptAt.ShouldNotBeNull().ShouldBeInRange(studio.Clock.Instant().AddSeconds(5), studio.Clock.Instant().AddSeconds(10));
        await PumpAsync(studio);
        receiver.All.Count.ShouldBe(1, "its wait is not over");
        studio.Clock.Advance(TimeSpan.FromSeconds(10));
        await PumpAsync(studio);
        studio.Clock.Advance(TimeSpan.FromSeconds(20));
        await PumpAsync(studio);
        studio.Clock.Advance(TimeSpan.FromHours(2));
        await PumpAsync(studio);

        receiver.All.Count.ShouldBe(3);
        receiver.All.Select(r => (r.Id, r.Body)).Distinct().ShouldHaveSingleItem();
        receiver.All.ShouldAllBe(r => WebhookSignature.Verify(secret, r.Timestamp, r.Body, r.Signature));
        receiver.All.Select(r => r.Timestamp).Distinct().Count().ShouldBe(3, "each attempt is signed anew");
        var body = JsonDocument.Parse(receiver.All[2].Body).RootElement;
        (body.GetProperty("id").GetString(), body.GetProperty("type").GetString()).ShouldBe((receiver.All[2].Id, "verdict.recorded"));
        var data = body.GetProperty("data");
        (data.GetProperty("verdict").GetGuid(), data.GetProperty("label").GetString(), data.GetProperty("policy").GetString(), data.GetProperty("policyVersion").GetInt32(), data.GetProperty("purpose").GetString())
            .ShouldBe((verdict.VerdictId, "bad", "posts", 1, "review"));
        receiver.All[2].Body.ShouldNotContain("words of the post");
        var delivered = await DeliveryAsync(studio);
        (delivered.State, delivered.Attempts, delivered.LastStatus, delivered.LastAnswer).ShouldBe((DeliveryState.Delivered, 3, 200, "thanks"));
    }

    [Fact]
    public async Task Undone_verdict_is_told_to_nobody_nor_is_the_label_that_it_made()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var studio = await OpenAsync();
        await AddAsync(studio, receiver.Address, [.. WebhookEvents.All.Keys]);
        var reviewer = await ReviewerAsync(studio);
        var sheet = (await studio.ClaimAsync(reviewer)).ShouldNotBeNull();
        var verdict = await studio.JudgeAsync(sheet, reviewer, "bad");

        var again = await studio.Get<UndoVerdict>().RunAsync(verdict.VerdictId, Guid.CreateVersion7(), reviewer, None);
        studio.Clock.Advance(TimeSpan.FromSeconds(30));
        await PumpAsync(studio);
        receiver.All.ShouldBeEmpty();

        await studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.CreateVersion7(), again.Claim, sheet.Policy.Id, "ok", 10), reviewer, None);
        studio.Clock.Advance(TimeSpan.FromSeconds(9));
        await PumpAsync(studio);
        receiver.All.Select(r => JsonDocument.Parse(r.Body).RootElement).Select(b => (b.GetProperty("type").GetString(), b.GetProperty("data").GetProperty("label").GetString()))
            .ShouldBe([("verdict.recorded", "ok"), ("consensus.changed", "ok")], ignoreOrder: true);
    }

    [Fact]
    public async Task Delivery_that_fails_too_often_is_a_dead_letter_until_somebody_replays_it()
    {
        var up = false;
        await using var receiver = await Receiver.StartAsync((_, http) =>
        {
            http.Response.StatusCode = up ? 200 : 500;
            return Task.CompletedTask;
        });
        await using var studio = await OpenAsync(o => o.Attempts = 3);
        var (id, _) = await AddAsync(studio, receiver.Address, OutboxTopics.VerdictRecorded, OutboxTopics.ConsensusChanged);
        await JudgeAsync(studio);
        for (var i = 0; i < 6; i++)
        {
            studio.Clock.Advance(TimeSpan.FromHours(1));
            await PumpAsync(studio);
        }

        receiver.All.Count.ShouldBe(6, "two deliveries, three attempts each");
        (await ListAsync(studio)).ShouldHaveSingleItem().Dead.ShouldBe(2);
        var replay = studio.Get<ReplayDeliveries>();
        up = true;
        var dead = await studio.Get<ListDeliveries>().RunAsync(new DeliveryQuery(id, DeliveryState.Dead, 1), Actor.System, None);
        var other = await studio.Get<ListDeliveries>().RunAsync(new DeliveryQuery(id, DeliveryState.Dead, 1, dead.Next), Actor.System, None);
        other.Next.ShouldBeNull();
        await replay.OneAsync(dead.Items[0].Id, Actor.System, None);
        await PumpAsync(studio);
        (await Should.ThrowAsync<RefusedException>(() => replay.OneAsync(dead.Items[0].Id, Actor.System, None))).Code.ShouldBe("delivery.state");
        (await replay.RunAsync(null, Actor.System, None)).ShouldBe(1);
        await PumpAsync(studio);

        receiver.All.Count.ShouldBe(8);
        receiver.All.Select(r => r.Id).Distinct().Count().ShouldBe(2, "a replay keeps the event's id");
        (await ListAsync(studio)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(w => w.Dead.ShouldBe(0), w => w.Waiting.ShouldBe(0));
        (await Should.ThrowAsync<RefusedException>(() => replay.OneAsync(Guid.NewGuid(), Actor.System, None))).Code.ShouldBe("delivery.unknown");
    }

    [Fact]
    public async Task Several_dispatchers_send_each_delivery_once()
    {
        await using var receiver = await Receiver.StartAsync((_, _) => Task.Delay(20, None));
        await using var studio = await OpenAsync();
        await AddAsync(studio, receiver.Address, OutboxTopics.ModelPromoted);
        await WriteMessagesAsync(studio, 40);
        studio.Clock.Advance(TimeSpan.FromSeconds(1));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => studio.Get<RelayOutbox>().RunAsync(None))));
        var subscription = (await studio.Get<DeliverWebhooks>().DueAsync(None)).ShouldHaveSingleItem();
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => studio.Get<DeliverWebhooks>().RunAsync(subscription, None))));

        taken.Sum().ShouldBe(40);
        receiver.All.Count.ShouldBe(40);
        receiver.All.Select(r => r.Id).Distinct().Count().ShouldBe(40);
    }

    [Fact]
    public async Task Delivery_whose_sender_was_killed_before_it_was_written_down_is_sent_again()
    {
        using var killed = new CancellationTokenSource();
        await using var receiver = await Receiver.StartAsync();
        await using var studio = await OpenAsync();
        await AddAsync(studio, receiver.Address, OutboxTopics.ModelPromoted);
        await WriteMessagesAsync(studio, 1);
        studio.Clock.Advance(TimeSpan.FromSeconds(1));
        await PumpAsync(studio);
        receiver.All.Count.ShouldBe(1);

        // As the row stands when the process dies between the answer and the commit.
        await studio.Database.WriteAsync(
            db => db.Set<WebhookDelivery>().ExecuteUpdateAsync(
                set => set.SetProperty(d => d.State, DeliveryState.Pending).SetProperty(d => d.LeaseToken, Guid.NewGuid())
                    .SetProperty(d => d.LeasedUntil, studio.Clock.Instant().AddMinutes(1)).SetProperty(d => d.EndedAt, (DateTime?)null)),
            None);
        await PumpAsync(studio);
        receiver.All.Count.ShouldBe(1, "somebody may still be sending it");
        studio.Clock.Advance(TimeSpan.FromSeconds(61));
        await PumpAsync(studio);

        receiver.All.Select(r => r.Id).Distinct().ShouldHaveSingleItem();
        (receiver.All.Count, (await DeliveryAsync(studio)).State).ShouldBe((2, DeliveryState.Delivered));
    }

    [Fact]
    public async Task Redirect_is_not_followed_a_slow_answer_is_given_up_and_a_long_one_is_cut()
    {
        await using var elsewhere = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync(async (n, http) =>
        {
            switch (n)
            {
                case 1:
                    http.Response.Redirect(elsewhere.Address);
                    break;
                case 2:
                    await Task.Delay(TimeSpan.FromSeconds(20), http.RequestAborted);
                    break;
                default:
                    http.Response.StatusCode = 200;
                    await http.Response.WriteAsync(new string('x', 5_000_000), http.RequestAborted);
                    break;
            }
        });
        await using var studio = await OpenAsync(o => o.Timeout = TimeSpan.FromMilliseconds(700));
        await AddAsync(studio, receiver.Address, OutboxTopics.ModelPromoted);
        await WriteMessagesAsync(studio, 1);
        var seen = new List<(int?, string?)>();
        for (var i = 0; i < 3; i++)
        {
            studio.Clock.Advance(TimeSpan.FromHours(1));
            await PumpAsync(studio);
            var delivery = await DeliveryAsync(studio);
            seen.Add((delivery.LastStatus, delivery.LastAnswer));
        }

        seen[0].Item1.ShouldBe(302);
        seen[1].ShouldBe((null, "No complete answer within 0.7 s."));
        seen[2].ShouldBe((200, new string('x', WebhookDelivery.LongestAnswer)));
        elsewhere.All.ShouldBeEmpty();
    }

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

    /// <summary>What the loop does at each turn.</summary>
    private static async Task PumpAsync(TestStudio studio)
    {
        await studio.Get<RelayOutbox>().RunAsync(None);
        foreach (var subscription in await studio.Get<DeliverWebhooks>().DueAsync(None))
        {
            await studio.Get<DeliverWebhooks>().RunAsync(subscription, None);
        }
    }

    private Task<TestStudio> OpenAsync(Action<WebhookOptions>? configure = null) => StartAsync(services => services.Configure<WebhookOptions>(o =>
    {
        o.AllowLoopback = true;
        configure?.Invoke(o);
    }));

    private static async Task<(Guid Id, string Secret)> AddAsync(TestStudio studio, string address, params string[] events)
    {
        var made = await studio.Get<AddWebhook>().RunAsync(new NewWebhook("receiver", address, events), Actor.System, None);
        return (made.Id, made.Secret);
    }

    private static async Task<Actor> ReviewerAsync(TestStudio studio)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["words of the post"]);
        return await studio.ReviewerAsync("reviewer");
    }

    private static async Task<RecordedVerdict> JudgeAsync(TestStudio studio)
    {
        var reviewer = await ReviewerAsync(studio);
        return await studio.JudgeAsync((await studio.ClaimAsync(reviewer)).ShouldNotBeNull(), reviewer, "bad");
    }

    private static Task WriteMessagesAsync(TestStudio studio, int count, DateTime? notBefore = null) => studio.Database.WriteAsync(
        async db =>
        {
            var now = studio.Clock.Instant();
            db.AddRange(Enumerable.Range(0, count).Select(_ => new OutboxMessage { Topic = OutboxTopics.ModelPromoted, SubjectId = Guid.NewGuid(), CreatedAt = now, NotBefore = notBefore ?? now }));
            await db.SaveChangesAsync();
        },
        None);

    private static Task<List<WebhookView>> ListAsync(TestStudio studio) => studio.Get<ListWebhooks>().RunAsync(Actor.System, None);

    private static async Task<DeliveryView> DeliveryAsync(TestStudio studio) =>
        (await studio.Get<ListDeliveries>().RunAsync(new DeliveryQuery(), Actor.System, None)).Items.ShouldHaveSingleItem();
}
