using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>Sends dead letters again, under the ids that they had: one, those of a subscription, or all.</summary>
public sealed class ReplayDeliveries(Database database, TimeProvider clock) : IUseCase
{
    /// <exception cref="RefusedException"><c>delivery.unknown</c>, or <c>delivery.state</c>: it is no dead letter.</exception>
    public Task OneAsync(Guid delivery, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return database.WriteAsync(
            async db =>
            {
                if (!await db.Set<WebhookDelivery>().AnyAsync(d => d.PublicId == delivery, cancellation))
                {
                    throw new RefusedException("delivery.unknown", "There is no such delivery any more. Load the list again.");
                }

                if (await AgainAsync(db.Set<WebhookDelivery>().Where(d => d.PublicId == delivery), cancellation) == 0)
                {
                    throw new RefusedException("delivery.state", "This delivery is no dead letter: it was delivered, or it is still being tried.");
                }

                db.Record(clock, actor, "webhook.replayed", "delivery", delivery);
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }

    /// <param name="subscription">Whose dead letters; null for everybody's.</param>
    /// <returns>How many wait again.</returns>
    /// <exception cref="RefusedException"><c>webhook.unknown</c>.</exception>
    public Task<int> RunAsync(Guid? subscription, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return database.WriteAsync(
            async db =>
            {
                var key = subscription is { } id ? (await WebhookDesk.FindAsync(db, id, cancellation)).Id : (long?)null;
                var count = await AgainAsync(db.Set<WebhookDelivery>().Where(d => key == null || d.SubscriptionId == key), cancellation);
                db.Record(clock, actor, "webhook.replayed", "webhook", subscription ?? Guid.Empty, new { count });
                await db.SaveChangesAsync(cancellation);
                return count;
            },
            cancellation);
    }

    private Task<int> AgainAsync(IQueryable<WebhookDelivery> deliveries, CancellationToken cancellation)
    {
        var now = clock.Instant();
        return deliveries.Where(d => d.State == DeliveryState.Dead).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.State, DeliveryState.Pending).SetProperty(d => d.Attempts, 0)
                .SetProperty(d => d.NextAttemptAt, now).SetProperty(d => d.EndedAt, (DateTime?)null),
            cancellation);
    }
}
