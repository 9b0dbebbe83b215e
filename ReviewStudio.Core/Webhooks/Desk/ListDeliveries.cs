using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>Which deliveries are wanted.</summary>
/// <param name="Webhook">Those of one subscription; null for all.</param>
/// <param name="State">Those in one state; null for all.</param>
/// <param name="After">Where the page begins, from <see cref="Paged{T}.Next"/>.</param>
public sealed record DeliveryQuery(Guid? Webhook = null, DeliveryState? State = null, int? Limit = null, string? After = null);

/// <summary>A delivery as it is listed.</summary>
/// <param name="NextAttemptAt">When it is tried next; null when it ended.</param>
/// <param name="LastAnswer">The beginning of the last answer, or why none came.</param>
public sealed record DeliveryView(
    Guid Id, Guid Webhook, string WebhookName, Guid EventId, string Event, DeliveryState State, int Attempts, DateTime CreatedAt,
    DateTime? LastAttemptAt, DateTime? NextAttemptAt, int? LastStatus, string? LastAnswer);

/// <summary>Lists deliveries page by page, the newest first.</summary>
public sealed class ListDeliveries(Database database) : IUseCase
{
    /// <exception cref="RefusedException"><c>webhook.unknown</c> or <c>page.cursor</c>.</exception>
    public Task<Paged<DeliveryView>> RunAsync(DeliveryQuery query, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        var after = PageCursor.Read(query.After);
        var size = PageCursor.Size(query.Limit);
        return database.ReadAsync(
            async db =>
            {
                var key = query.Webhook is { } id ? (await WebhookDesk.FindAsync(db, id, cancellation)).Id : (long?)null;
                var rows = await (
                    from delivery in db.Set<WebhookDelivery>()
                    join subscription in db.Set<WebhookSubscription>() on delivery.SubscriptionId equals subscription.Id
                    where (key == null || delivery.SubscriptionId == key) && (query.State == null || delivery.State == query.State) && (after == null || delivery.Id < after)
                    orderby delivery.Id descending
                    select new { Delivery = delivery, Webhook = subscription.PublicId, subscription.Name }).Take(size + 1).ToListAsync(cancellation);
                return PageCursor.Of(rows, size, r => r.Delivery.Id, r => View(r.Delivery, r.Webhook, r.Name));
            },
            cancellation);
    }

    private static DeliveryView View(WebhookDelivery d, Guid webhook, string name) => new(
        d.PublicId, webhook, name, d.EventId, d.Topic, d.State, d.Attempts, d.CreatedAt,
        d.LastAttemptAt, d.State == DeliveryState.Pending ? d.NextAttemptAt : null, d.LastStatus, d.LastAnswer);
}
