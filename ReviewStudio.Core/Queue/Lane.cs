using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>
/// Tasks that exactly the same reviewers may take, in rank order. A claim reads only the heads of the lanes that its
/// reviewer serves, so its cost depends on the number of lanes, never on the length of the queue.
/// </summary>
public sealed class Lane : Entity
{
    public long QueueId { get; set; }

    public string Language { get; set; } = "und";

    public string Modality { get; set; } = "text";

    public string Source { get; set; } = "";

    /// <summary>Only reviewers with at least this clearance are served.</summary>
    public int Clearance { get; set; }

    public LaneAudience Audience { get; set; }

    /// <summary>The one reviewer of a personal lane, else 0.</summary>
    public long OwnerId { get; set; }
}

public enum LaneAudience
{
    /// <summary>Every reviewer who fits.</summary>
    Reviewers,

    /// <summary>Policy leads only: escalations and adjudications.</summary>
    Leads,

    /// <summary>Tasks handed on to one person; served before all others.</summary>
    Personal,

    /// <summary>Adjudications where reviewers of some clearance settle them beside the leads.</summary>
    Adjudicators,
}

internal sealed class LaneConfiguration : EntityConfiguration<Lane>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Lane> builder)
    {
        builder.Property(l => l.Language).HasMaxLength(16);
        builder.Property(l => l.Modality).HasMaxLength(64);
        builder.Property(l => l.Source).HasMaxLength(128);
        builder.HasOne<ReviewQueue>().WithMany().HasForeignKey(l => l.QueueId);
        builder.HasIndex(l => new { l.QueueId, l.Language, l.Modality, l.Source, l.Clearance, l.Audience, l.OwnerId }).IsUnique();
    }
}
