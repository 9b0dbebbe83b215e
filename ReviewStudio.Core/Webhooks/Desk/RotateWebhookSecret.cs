using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>
/// Gives a subscription a new secret. For a while the earlier one signs as well, so that the receiver can change over
/// without losing an event; unless it leaked and must end at once.
/// </summary>
public sealed class RotateWebhookSecret(Database database, TimeProvider clock, WebhookSecrets secrets, IOptions<WebhookOptions> options) : IUseCase
{
    /// <param name="endEarlier">Whether the earlier secret signs nothing from now on.</param>
    /// <exception cref="RefusedException"><c>webhook.unknown</c>.</exception>
    public Task<WebhookSecretShown> RunAsync(Guid id, bool endEarlier, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        var secret = WebhookSecrets.Make();
        return database.WriteAsync(
            async db =>
            {
                var row = await WebhookDesk.FindAsync(db, id, cancellation);
                (row.EarlierSecret, row.EarlierUntil) = endEarlier ? (null, null) : (row.Secret, (DateTime?)(clock.Instant() + options.Value.SecretOverlap));
                row.Secret = secrets.Protect(secret, row.PublicId);
                db.Record(clock, actor, "webhook.rotated", "webhook", id, new { row.Name, endEarlier });
                await db.SaveChangesAsync(cancellation);
                return new WebhookSecretShown(id, secret);
            },
            cancellation);
    }
}
