using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>Stops sending to a subscriber, or goes on. What happens in between waits and is sent then.</summary>
public sealed class PauseWebhook(Database database, TimeProvider clock) : IUseCase
{
    /// <exception cref="RefusedException"><c>webhook.unknown</c>.</exception>
    public Task RunAsync(Guid id, bool paused, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        return database.WriteAsync(
            async db =>
            {
                var row = await WebhookDesk.FindAsync(db, id, cancellation);
                if (paused != row.PausedAt is not null)
                {
                    row.PausedAt = paused ? clock.Instant() : null;
                    db.Record(clock, actor, paused ? "webhook.paused" : "webhook.resumed", "webhook", id, new { row.Name });
                    await db.SaveChangesAsync(cancellation);
                }
            },
            cancellation);
    }
}
