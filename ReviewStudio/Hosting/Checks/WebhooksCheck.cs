using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;

namespace ReviewStudio.Hosting.Checks;

/// <summary>Whether events reach those who wait for them.</summary>
internal sealed class WebhooksCheck(Database database, TimeProvider clock, IOptions<WebhookOptions> options, IHostEnvironment environment) : ISystemCheck
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    public int Order => 60;

    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation) => database.ReadAsync(db => LookAsync(db, cancellation), cancellation);

    private async Task<IReadOnlyList<Finding>> LookAsync(StudioDbContext db, CancellationToken cancellation)
    {
        if (!await db.Database.CanConnectAsync(cancellation) || (await db.Database.GetPendingMigrationsAsync(cancellation)).Any())
        {
            return [];
        }

        var before = clock.Instant() - Late;
        var subscriptions = await db.Set<WebhookSubscription>().CountAsync(cancellation);
        var dead = await db.Set<WebhookDelivery>().CountAsync(d => d.State == DeliveryState.Dead, cancellation);
        var late = await db.Set<OutboxMessage>().CountAsync(m => m.SentAt == null && m.CancelledAt == null && m.NotBefore < before, cancellation);
        if (options.Value.AllowLoopback && !environment.IsDevelopment())
        {
            return [new("Webhooks", Health.Warning, "Webhooks may be sent to this machine over plain http.", "Outside of development, take the setting Webhooks:AllowLoopback away.")];
        }

        return
        [
            (subscriptions, dead, late) switch
            {
                (_, _, > 0) => new("Webhooks", Health.Warning, $"{Count(late)} messages have waited for more than ten minutes to be handed on.", "Start the server (reviewstudio serve); if it runs, its log says what hinders it."),
                (_, > 0, _) => new("Webhooks", Health.Warning, $"{Count(dead)} deliveries were given up.", "The page Webhooks shows the last answers. Repair the receiver, then replay them."),
                (0, _, _) => new("Webhooks", Health.Ok, "nobody is subscribed"),
                _ => new("Webhooks", Health.Ok, $"{Count(subscriptions)} subscribed, no dead letters"),
            },
        ];
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
