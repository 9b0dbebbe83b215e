using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>An outcome that stopped content, or content that was drawn for audit: what was answered, and on what it rested.</summary>
public sealed class ScanDecision : Entity
{
    /// <summary>The scan's id, as the caller was told; the same for all its policies.</summary>
    public Guid ScanId { get; set; }

    public long ItemId { get; set; }

    public long PolicyId { get; set; }

    public long PolicyVersionId { get; set; }

    /// <summary>The edition of the scan settings.</summary>
    public int Settings { get; set; }

    public ScanOutcome Outcome { get; set; }

    public ScanReason Reason { get; set; }

    /// <summary>The label that decided; null where none did.</summary>
    public string? LabelKey { get; set; }

    /// <summary>The head that scored; null where none did.</summary>
    public long? HeadId { get; set; }

    /// <summary>The rule or hash list that matched.</summary>
    public Guid? MatchedId { get; set; }

    public DateTime At { get; set; }
}

internal sealed class ScanDecisionConfiguration : EntityConfiguration<ScanDecision>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ScanDecision> builder)
    {
        builder.Property(d => d.LabelKey).HasMaxLength(128);
        builder.HasOne<Item>().WithMany().HasForeignKey(d => d.ItemId);
        builder.HasOne<Policy>().WithMany().HasForeignKey(d => d.PolicyId);
        builder.HasIndex(d => new { d.PolicyId, d.Id });
        builder.HasIndex(d => d.ItemId);
        builder.HasIndex(d => d.MatchedId);
    }
}
