using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>Sends a subscriber an event that means nothing, the way in which all others go.</summary>
public sealed class SendTestEvent(Database database, TimeProvider clock) : IUseCase
{
    /// <returns>The event's id.</returns>
    /// <exception cref="RefusedException"><c>webhook.unknown</c> or <c>webhook.paused</c>.</exception>
    public Task<Guid> RunAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return database.WriteAsync(
            async db =>
            {
                await db.LockAsync(RelayOutbox.Lock, LockKind.Exclusive, cancellation);
                var row = await WebhookDesk.FindAsync(db, id, cancellation);
                if (row.PausedAt is not null)
                {
                    throw new RefusedException("webhook.paused", $"{row.Name} is paused, so nothing is sent. Resume it first.");
                }

                var now = clock.Instant();
                var eventId = Guid.CreateVersion7(clock.GetUtcNow());
                db.Add(new WebhookDelivery
                {
                    SubscriptionId = row.Id,
                    EventId = eventId,
                    Topic = WebhookEvents.Test,
                    BodyJson = RelayOutbox.Body(eventId, WebhookEvents.Test, now, System.Text.Json.JsonSerializer.Serialize(new { webhook = id })),
                    CreatedAt = now,
                    NextAttemptAt = now,
                });
                db.Record(clock, actor, "webhook.tested", "webhook", id, new { row.Name });
                await db.SaveChangesAsync(cancellation);
                return eventId;
            },
            cancellation);
    }
}
