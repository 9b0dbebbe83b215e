using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks;

/// <summary>How far a delivery got.</summary>
public enum DeliveryState
{
    /// <summary>Waits for its first or next attempt.</summary>
    Pending,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>A dead letter: every attempt failed, and only a person starts it again.</summary>
    Dead,
}

/// <summary>One event on its way to one subscriber. The row is the truth: what it does not say was sent is sent again.</summary>
public sealed class WebhookDelivery : Entity
{
    /// <summary>The longest part of an answer that is kept, in characters.</summary>
    public const int LongestAnswer = 1_000;

    public long SubscriptionId { get; set; }

    /// <summary>The same at every attempt and for every subscriber, so that a receiver can drop what it knows.</summary>
    public Guid EventId { get; set; }

    public string Topic { get; set; } = "";

    /// <summary>The body, byte for byte the same at every attempt.</summary>
    public string BodyJson { get; set; } = "{}";

    public DateTime CreatedAt { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>Attempts begun since it was made or last replayed.</summary>
    public int Attempts { get; set; }

    /// <summary>Not to be tried before this instant.</summary>
    public DateTime NextAttemptAt { get; set; }

    /// <summary>Until when whoever took it may be sending it; null when nobody is.</summary>
    public DateTime? LeasedUntil { get; set; }

    /// <summary>Names the attempt that holds the lease; an outcome without it is not written down.</summary>
    public Guid? LeaseToken { get; set; }

    public DateTime? LastAttemptAt { get; set; }

    /// <summary>The HTTP status of the last answer; null when none came.</summary>
    public int? LastStatus { get; set; }

    /// <summary>The beginning of the last answer, or why none came.</summary>
    public string? LastAnswer { get; set; }

    /// <summary>When it was delivered or became a dead letter.</summary>
    public DateTime? EndedAt { get; set; }
}

internal sealed class WebhookDeliveryConfiguration : EntityConfiguration<WebhookDelivery>
{
    protected override void ConfigureEntity(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.Property(d => d.Topic).HasMaxLength(64);
        builder.Property(d => d.BodyJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(d => d.LastAnswer).HasMaxLength(WebhookDelivery.LongestAnswer);
        builder.HasOne<WebhookSubscription>().WithMany().HasForeignKey(d => d.SubscriptionId);
        builder.HasIndex(d => new { d.SubscriptionId, d.EventId }).IsUnique();
        builder.HasIndex(d => new { d.State, d.SubscriptionId, d.NextAttemptAt });
        builder.HasIndex(d => new { d.SubscriptionId, d.Id });
        builder.HasIndex(d => new { d.State, d.EndedAt });
    }
}
