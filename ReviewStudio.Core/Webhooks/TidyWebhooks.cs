using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks;

/// <summary>
/// Deletes what has been kept long enough: messages that were handed on or cancelled, deliveries that ended, and those
/// that waited for a paused subscriber. A delivery that is still to be tried is never deleted.
/// </summary>
public sealed class TidyWebhooks(Database database, TimeProvider clock, IOptions<WebhookOptions> options) : IUseCase
{
    private const int Batch = 2_000;

    /// <returns>How many rows went.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var before = clock.Instant().AddDays(-options.Value.KeepDays);
        return await AllAsync(db => db.Set<OutboxMessage>().Where(m => m.SentAt < before).OrderBy(m => m.SentAt), cancellation)
            + await AllAsync(db => db.Set<OutboxMessage>().Where(m => m.SentAt == null && m.CancelledAt < before).OrderBy(m => m.CancelledAt), cancellation)
            + await AllAsync(db => db.Set<WebhookDelivery>().Where(d => d.State != DeliveryState.Pending && d.EndedAt < before).OrderBy(d => d.Id), cancellation)
            + await AllAsync(
                db => db.Set<WebhookDelivery>().Where(d => d.State == DeliveryState.Pending && d.CreatedAt < before
                    && db.Set<WebhookSubscription>().Any(s => s.Id == d.SubscriptionId && s.PausedAt < before)).OrderBy(d => d.Id),
                cancellation);
    }

    /// <summary>In bounded transactions: others want to write in between. In the order of the index that tells what is old: where nothing is, a walk by key would see all.</summary>
    private async Task<int> AllAsync<T>(Func<StudioDbContext, IOrderedQueryable<T>> old, CancellationToken cancellation)
        where T : Entity
    {
        for (var gone = 0; ;)
        {
            var ids = await database.ReadAsync(db => old(db).Take(Batch).Select(e => e.Id).ToListAsync(cancellation), cancellation);
            if (ids.Count == 0)
            {
                return gone;
            }

            gone += await database.WriteAsync(db => db.Set<T>().Where(e => ids.Contains(e.Id)).ExecuteDeleteAsync(cancellation), cancellation);
        }
    }
}
