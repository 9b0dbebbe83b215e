using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>A secret that was made.</summary>
/// <param name="Secret">Shown once and never again.</param>
public sealed record WebhookSecretShown(Guid Id, string Secret);

/// <summary>Subscribes an address to events.</summary>
public sealed class AddWebhook(Database database, TimeProvider clock, WebhookSecrets secrets, IOptions<WebhookOptions> options) : IUseCase
{
    /// <summary>Each event is written once for each subscriber, so there is a bound.</summary>
    public const int Most = 50;

    private readonly NewWebhookValidator _validator = new(options.Value);

    /// <exception cref="ValidationException">The request is not in order.</exception>
    /// <exception cref="RefusedException"><c>webhook.many</c>: there are as many as there may be.</exception>
    public async Task<WebhookSecretShown> RunAsync(NewWebhook request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        await _validator.ValidateAndThrowAsync(request, cancellation);
        var secret = WebhookSecrets.Make();
        var row = new WebhookSubscription
        {
            Name = request.Name.Trim(),
            Address = request.Address.Trim(),
            Events = string.Join(' ', WebhookEvents.All.Keys.Where(request.Events.Contains)),
            CreatedAt = clock.Instant(),
        };
        row.Secret = secrets.Protect(secret, row.PublicId);
        await database.WriteAsync(
            async db =>
            {
                await db.LockAsync(RelayOutbox.Lock, LockKind.Exclusive, cancellation);
                if (await db.Set<WebhookSubscription>().CountAsync(cancellation) >= Most)
                {
                    throw new RefusedException("webhook.many", $"There are {Most} subscriptions, which is as many as there may be. Remove one that nobody needs.");
                }

                db.Add(row);
                db.Record(clock, actor, "webhook.added", "webhook", row.PublicId, new { row.Name, host = new Uri(row.Address).Authority, row.Events });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
        return new WebhookSecretShown(row.PublicId, secret);
    }
}
