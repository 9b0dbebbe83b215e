using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks.Sending;

namespace ReviewStudio.Core.Webhooks;

/// <summary>
/// Sends what waits for a subscriber. A delivery is leased before it is sent and written down after, so two dispatchers
/// never send one at the same time, and one that is killed between the two leaves it to be sent again: at least once,
/// under the same event id.
/// </summary>
public sealed class DeliverWebhooks(
    Database database, TimeProvider clock, WebhookSender sender, WebhookSecrets secrets, IOptions<WebhookOptions> options, ILogger<DeliverWebhooks> log) : IUseCase
{
    /// <summary>Deliveries to one subscriber at the same time.</summary>
    private const int AtOnce = 4;

    private readonly WebhookOptions _options = options.Value;

    /// <summary>Subscribers for whom something is to be sent now.</summary>
    public Task<List<long>> DueAsync(CancellationToken cancellation)
    {
        var now = clock.Instant();
        return database.ReadAsync(
            db => db.Set<WebhookSubscription>().Where(s => s.PausedAt == null && Due(db, now).Any(d => d.SubscriptionId == s.Id))
                .OrderBy(s => s.Id).Select(s => s.Id).ToListAsync(cancellation),
            cancellation);
    }

    /// <summary>Sends to one subscriber until nothing is due. Stops early when it takes nothing: its receiver is down.</summary>
    /// <returns>How many deliveries it took.</returns>
    public async Task<int> RunAsync(long subscription, CancellationToken cancellation)
    {
        for (var taken = 0; ;)
        {
            var claimed = await database.WriteAsync(db => ClaimAsync(db, subscription, cancellation), cancellation);
            if (claimed is not { Deliveries.Count: > 0 })
            {
                return taken;
            }

            // Sent to the end and written down even while the program ends, since an attempt is short; it would be sent again otherwise.
            var answers = await Task.WhenAll(claimed.Deliveries.Select(d => SendAsync(claimed.Subscription, d)));
            await database.WriteAsync(db => RecordAsync(db, claimed.Deliveries.Zip(answers)), CancellationToken.None);
            taken += answers.Count(a => a.Taken);
            if (!answers.Any(a => a.Taken))
            {
                return taken;
            }
        }
    }

    private async Task<Claimed?> ClaimAsync(StudioDbContext db, long id, CancellationToken cancellation)
    {
        var now = clock.Instant();
        var subscription = await db.Set<WebhookSubscription>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.PausedAt == null, cancellation);
        if (subscription is null)
        {
            return null;
        }

        var token = Guid.NewGuid();
        var until = now + _options.Lease;
        var due = await Due(db, now).Where(d => d.SubscriptionId == id).OrderBy(d => d.NextAttemptAt).ThenBy(d => d.Id).Take(AtOnce).Select(d => d.Id).ToListAsync(cancellation);

        // Judges each row anew when it changes it, so of two dispatchers that saw the same rows one gets each.
        await Due(db, now).Where(d => due.Contains(d.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.LeasedUntil, until).SetProperty(d => d.LeaseToken, token)
                .SetProperty(d => d.LastAttemptAt, now).SetProperty(d => d.Attempts, d => d.Attempts + 1),
            cancellation);
        var mine = await db.Set<WebhookDelivery>().AsNoTracking().Where(d => due.Contains(d.Id) && d.LeaseToken == token).OrderBy(d => d.Id).ToListAsync(cancellation);
        return new Claimed(subscription, mine);
    }

    private async Task<WebhookAnswer> SendAsync(WebhookSubscription subscription, WebhookDelivery delivery)
    {
        try
        {
            var signing = new List<string> { secrets.Reveal(subscription.Secret, subscription.PublicId) };
            if (subscription.EarlierSecret is { } earlier && subscription.EarlierUntil > clock.Instant())
            {
                signing.Add(secrets.Reveal(earlier, subscription.PublicId));
            }

            return await sender.SendAsync(new WebhookPost(subscription.Address, delivery.EventId, delivery.BodyJson, signing), CancellationToken.None);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return new WebhookAnswer(false, null, "The secret cannot be read with this installation's keys, so nothing was sent. Rotate it.");
        }
#pragma warning disable CA1031 // Whatever goes wrong with one delivery counts as its attempt, so that it ends as a dead letter and not in a circle.
        catch (Exception e)
        {
            log.LogError(e, "Webhook delivery {Delivery} failed in an unexpected way", delivery.PublicId);
            return new WebhookAnswer(false, null, $"{e.Message} (unexpected; the log has the details under delivery {delivery.PublicId})");
        }
#pragma warning restore CA1031
    }

    private async Task RecordAsync(StudioDbContext db, IEnumerable<(WebhookDelivery Delivery, WebhookAnswer Answer)> outcomes)
    {
        var now = clock.Instant();
        foreach (var (delivery, answer) in outcomes)
        {
            var state = answer.Taken ? DeliveryState.Delivered : delivery.Attempts >= _options.Attempts ? DeliveryState.Dead : DeliveryState.Pending;
            var wait = state == DeliveryState.Pending ? Wait(delivery, answer) : TimeSpan.Zero;
            DateTime? ended = state == DeliveryState.Pending ? null : now;
            var words = AnswerText.Kept(answer.Answer);
            await db.Set<WebhookDelivery>().Where(d => d.Id == delivery.Id && d.LeaseToken == delivery.LeaseToken).ExecuteUpdateAsync(set => set
                .SetProperty(d => d.State, state)
                .SetProperty(d => d.NextAttemptAt, (now + wait).CutToMicroseconds())
                .SetProperty(d => d.LeasedUntil, (DateTime?)null)
                .SetProperty(d => d.LeaseToken, (Guid?)null)
                .SetProperty(d => d.LastStatus, answer.Status)
                .SetProperty(d => d.LastAnswer, words)
                .SetProperty(d => d.EndedAt, ended));
        }
    }

    /// <summary>The receiver may ask for a longer wait, but not for more than the longest.</summary>
    private TimeSpan Wait(WebhookDelivery delivery, WebhookAnswer answer)
    {
        var own = BackOff.After(delivery.Attempts, delivery.PublicId, _options);
        var asked = answer.Wait is { } wait && wait < _options.LongestDelay ? wait : answer.Wait is null ? TimeSpan.Zero : _options.LongestDelay;
        return asked > own ? asked : own;
    }

    private static IQueryable<WebhookDelivery> Due(StudioDbContext db, DateTime now) => db.Set<WebhookDelivery>()
        .Where(d => d.State == DeliveryState.Pending && d.NextAttemptAt <= now && (d.LeasedUntil == null || d.LeasedUntil < now));

    private sealed record Claimed(WebhookSubscription Subscription, List<WebhookDelivery> Deliveries);
}
