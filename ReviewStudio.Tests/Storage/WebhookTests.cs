using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
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

public sealed class WebhookTestsOnSqlServer() : WebhookTests(TestEngine.SqlServer);

/// <summary>From a verdict to a receiver on this machine, through everything that can go wrong on the way.</summary>
public abstract class WebhookTests(TestEngine engine) : WebhookContract(engine)
{
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
}
