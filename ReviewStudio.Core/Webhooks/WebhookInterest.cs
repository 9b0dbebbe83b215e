using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks;

/// <summary>Whether anybody listens: asked by work that would write very many messages at once, and by it alone.</summary>
public static class WebhookInterest
{
    /// <summary>Whether a subscription wants the event, read in the caller's transaction.</summary>
    public static Task<bool> AnyAsync(StudioDbContext db, string topic, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.Set<WebhookSubscription>().AnyAsync(s => s.Events.Contains(topic), cancellation);
    }
}
