using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReviewStudio.Core.Storage;

/// <summary>An effect that leaves the house, written in the transaction that causes it and sent later (law 1).</summary>
public sealed class OutboxMessage : Entity
{
    /// <summary>What happened: one of <see cref="OutboxTopics"/>.</summary>
    public string Topic { get; set; } = "";

    /// <summary>The public id of what it happened to; undo cancels by it.</summary>
    public Guid SubjectId { get; set; }

    /// <summary>The public id of what it is about, where several messages in a row can be about the same; null elsewhere.</summary>
    public Guid? AboutId { get; set; }

    /// <summary>Ids and labels as a JSON object; never content.</summary>
    public string PayloadJson { get; set; } = "{}";

    public DateTime CreatedAt { get; set; }

    /// <summary>Not to be sent before this instant: the end of the undo window.</summary>
    public DateTime NotBefore { get; set; }

    /// <summary>When it was handed on to whoever wants it.</summary>
    public DateTime? SentAt { get; set; }

    /// <summary>Set when the cause was undone before the message left.</summary>
    public DateTime? CancelledAt { get; set; }
}

internal sealed class OutboxMessageConfiguration : EntityConfiguration<OutboxMessage>
{
    protected override void ConfigureEntity(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.Property(m => m.PayloadJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasIndex(m => new { m.SentAt, m.CancelledAt, m.NotBefore });
        builder.HasIndex(m => m.SubjectId);
        builder.HasIndex(m => new { m.AboutId, m.Id });
    }
}
