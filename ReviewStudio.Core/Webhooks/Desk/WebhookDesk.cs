using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>What the use cases of subscriptions share.</summary>
internal static class WebhookDesk
{
    /// <exception cref="RefusedException"><c>webhook.unknown</c>.</exception>
    public static async Task<WebhookSubscription> FindAsync(StudioDbContext db, Guid id, CancellationToken cancellation) =>
        await db.Set<WebhookSubscription>().SingleOrDefaultAsync(s => s.PublicId == id, cancellation)
        ?? throw new RefusedException("webhook.unknown", "There is no such subscription any more. Load the list again.");
}
