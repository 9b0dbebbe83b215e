using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks;

/// <summary>
/// Hands outbox messages whose undo window is over on to the subscribers that want them: a delivery each, in the
/// transaction that marks the message as sent. What nobody wants is marked alike and goes with the next tidying.
/// </summary>
public sealed class RelayOutbox(Database database, TimeProvider clock) : IUseCase
{
    /// <summary>Taken while subscriptions are read to be written from, so that none is removed in between.</summary>
    internal const string Lock = "webhooks:relay";

    private const int Batch = 200;

    private static readonly string[] Topics = [.. WebhookEvents.All.Keys];

    /// <returns>How many messages were handed on.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        for (var relayed = 0; ;)
        {
            var now = clock.Instant();
            if (!await database.ReadAsync(db => Due(db, now).AnyAsync(cancellation), cancellation))
            {
                return relayed;
            }

            relayed += await database.WriteAsync(db => RelayAsync(db, now, cancellation), cancellation);
        }
    }

    private static async Task<int> RelayAsync(StudioDbContext db, DateTime now, CancellationToken cancellation)
    {
        await db.LockAsync(Lock, LockKind.Exclusive, cancellation);
        var due = await Due(db, now).OrderBy(m => m.Id).Take(Batch).Select(m => m.Id).ToListAsync(cancellation);

        // The statement looks again at each row that it changes: what an undo cancels meanwhile stays behind.
        await db.Set<OutboxMessage>().Where(m => due.Contains(m.Id) && m.SentAt == null && m.CancelledAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.SentAt, now), cancellation);
        var messages = await db.Set<OutboxMessage>().AsNoTracking().Where(m => due.Contains(m.Id) && m.CancelledAt == null).OrderBy(m => m.Id).ToListAsync(cancellation);
        var subscriptions = await db.Set<WebhookSubscription>().AsNoTracking().ToListAsync(cancellation);
        await db.InsertAsync(
            [
                .. from message in messages
                   from subscription in subscriptions
                   where subscription.Wants(message.Topic)
                   select new WebhookDelivery
                   {
                       SubscriptionId = subscription.Id,
                       EventId = message.PublicId,
                       Topic = message.Topic,
                       BodyJson = Body(message.PublicId, message.Topic, message.CreatedAt, message.PayloadJson),
                       CreatedAt = now,
                       NextAttemptAt = now,
                   },
            ],
            cancellation);
        return due.Count;
    }

    /// <summary>An event as it is sent.</summary>
    internal static string Body(Guid id, string type, DateTime at, string payloadJson) =>
        new JsonObject { ["id"] = id, ["type"] = type, ["at"] = at, ["data"] = JsonNode.Parse(payloadJson) }.ToJsonString(JsonSerializerOptions.Web);

    private static IQueryable<OutboxMessage> Due(StudioDbContext db, DateTime now) =>
        db.Set<OutboxMessage>().Where(m => m.SentAt == null && m.CancelledAt == null && m.NotBefore < now && Topics.Contains(m.Topic));
}
