using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks;

/// <summary>An address that wants to hear of events.</summary>
public sealed class WebhookSubscription : Entity
{
    /// <summary>Who listens there, in the words of whoever added it.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where events are posted to.</summary>
    public string Address { get; set; } = "";

    /// <summary>The events that it wants, with blanks between them.</summary>
    public string Events { get; set; } = "";

    /// <summary>The secret that signs, encrypted with a key of the installation.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The secret before the last rotation, encrypted; it signs as well until <see cref="EarlierUntil"/>.</summary>
    public string? EarlierSecret { get; set; }

    public DateTime? EarlierUntil { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>Since when nothing is sent; what happens meanwhile waits.</summary>
    public DateTime? PausedAt { get; set; }

    public bool Wants(string topic) => Events.Split(' ').Contains(topic, StringComparer.Ordinal);
}

internal sealed class WebhookSubscriptionConfiguration : EntityConfiguration<WebhookSubscription>
{
    protected override void ConfigureEntity(EntityTypeBuilder<WebhookSubscription> builder)
    {
        builder.Property(s => s.Name).HasMaxLength(120);
        builder.Property(s => s.Address).HasMaxLength(ModelConventions.Unbounded);
    }
}
