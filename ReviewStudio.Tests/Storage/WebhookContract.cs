using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Tests.Fixtures;
using Shouldly;

namespace ReviewStudio.Tests.Storage;

/// <summary>Subscribes receivers on this machine and turns the loop by hand.</summary>
public abstract class WebhookContract(TestEngine engine) : StorageContract(engine)
{
    protected static readonly CancellationToken None = CancellationToken.None;

    /// <summary>What the loop does at each turn.</summary>
    protected static async Task PumpAsync(TestStudio studio)
    {
        await studio.Get<RelayOutbox>().RunAsync(None);
        foreach (var subscription in await studio.Get<DeliverWebhooks>().DueAsync(None))
        {
            await studio.Get<DeliverWebhooks>().RunAsync(subscription, None);
        }
    }

    protected Task<TestStudio> OpenAsync(Action<WebhookOptions>? configure = null) => StartAsync(services => services.Configure<WebhookOptions>(o =>
    {
        o.AllowLoopback = true;
        configure?.Invoke(o);
    }));

    protected static async Task<(Guid Id, string Secret)> AddAsync(TestStudio studio, string address, params string[] events)
    {
        var made = await studio.Get<AddWebhook>().RunAsync(new NewWebhook("receiver", address, events), Actor.System, None);
        return (made.Id, made.Secret);
    }

    protected static async Task<Actor> ReviewerAsync(TestStudio studio)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["words of the post"]);
        return await studio.ReviewerAsync("reviewer");
    }

    protected static async Task<RecordedVerdict> JudgeAsync(TestStudio studio)
    {
        var reviewer = await ReviewerAsync(studio);
        return await studio.JudgeAsync((await studio.ClaimAsync(reviewer)).ShouldNotBeNull(), reviewer, "bad");
    }

    protected static Task WriteMessagesAsync(TestStudio studio, int count, DateTime? notBefore = null) => studio.Database.WriteAsync(
        async db =>
        {
            var now = studio.Clock.Instant();
            db.AddRange(Enumerable.Range(0, count).Select(_ => new OutboxMessage { Topic = OutboxTopics.ModelPromoted, SubjectId = Guid.NewGuid(), CreatedAt = now, NotBefore = notBefore ?? now }));
            await db.SaveChangesAsync();
        },
        None);

    protected static Task<List<WebhookView>> ListAsync(TestStudio studio) => studio.Get<ListWebhooks>().RunAsync(Actor.System, None);

    protected static async Task<DeliveryView> DeliveryAsync(TestStudio studio) =>
        (await studio.Get<ListDeliveries>().RunAsync(new DeliveryQuery(), Actor.System, None)).Items.ShouldHaveSingleItem();
}
