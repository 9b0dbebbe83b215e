using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>A subscription as it is listed; its secret never is.</summary>
/// <param name="Waiting">Deliveries that are still to be made.</param>
/// <param name="Dead">Dead letters.</param>
/// <param name="EarlierUntil">Until when the earlier secret signs as well; null when none does.</param>
public sealed record WebhookView(
    Guid Id, string Name, string Address, IReadOnlyList<string> Events, DateTime CreatedAt, DateTime? PausedAt, DateTime? EarlierUntil, int Waiting, int Dead);

/// <summary>Lists the subscriptions.</summary>
public sealed class ListWebhooks(Database database, TimeProvider clock) : IUseCase
{
    public async Task<List<WebhookView>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        var now = clock.Instant();
        return await database.ReadAsync(
            async db =>
            {
                var rows = await db.Set<WebhookSubscription>().OrderBy(s => s.Id).ToListAsync(cancellation);
                var open = (await db.Set<WebhookDelivery>().Where(d => d.State != DeliveryState.Delivered)
                    .GroupBy(d => new { d.SubscriptionId, d.State }).Select(g => new { g.Key.SubscriptionId, g.Key.State, Count = g.Count() }).ToListAsync(cancellation))
                    .ToDictionary(g => (g.SubscriptionId, g.State), g => g.Count);
                return rows.ConvertAll(s => new WebhookView(
                    s.PublicId, s.Name, s.Address, s.Events.Split(' '), s.CreatedAt, s.PausedAt, s.EarlierUntil > now ? s.EarlierUntil : null,
                    open.GetValueOrDefault((s.Id, DeliveryState.Pending)), open.GetValueOrDefault((s.Id, DeliveryState.Dead))));
            },
            cancellation);
    }
}
