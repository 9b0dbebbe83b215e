using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>Ends a subscription, with its secret and its deliveries.</summary>
public sealed class RemoveWebhook(Database database, TimeProvider clock) : IUseCase
{
    /// <exception cref="RefusedException"><c>webhook.unknown</c>.</exception>
    public Task RunAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return database.WriteAsync(
            async db =>
            {
                await db.LockAsync(RelayOutbox.Lock, LockKind.Exclusive, cancellation);
                var row = await WebhookDesk.FindAsync(db, id, cancellation);
                var waiting = await db.Set<WebhookDelivery>().CountAsync(d => d.SubscriptionId == row.Id && d.State != DeliveryState.Delivered, cancellation);
                await db.Set<WebhookDelivery>().Where(d => d.SubscriptionId == row.Id).ExecuteDeleteAsync(cancellation);
                db.Remove(row);
                db.Record(clock, actor, "webhook.removed", "webhook", id, new { row.Name, host = new Uri(row.Address).Authority, undelivered = waiting });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
