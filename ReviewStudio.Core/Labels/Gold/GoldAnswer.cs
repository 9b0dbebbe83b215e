using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Gold;

/// <summary>A case whose answer is known; mixed in to measure reviewers.</summary>
public sealed class GoldAnswer : Entity
{
    public long CaseId { get; set; }

    public string LabelKey { get; set; } = "";

    /// <summary>Where the answer comes from: <c>import</c>, <c>adjudication</c>, <c>hand</c>.</summary>
    public string Origin { get; set; } = "";

    /// <summary>Why this is the answer: what a reviewer who missed it reads after the shift.</summary>
    public string Explanation { get; set; } = "";

    /// <summary>Who made it; empty for an import.</summary>
    public string MadeBy { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    /// <summary>When it was taken out of use; null while it is mixed in.</summary>
    public DateTime? RetiredAt { get; set; }
}

internal sealed class GoldAnswerConfiguration : EntityConfiguration<GoldAnswer>
{
    protected override void ConfigureEntity(EntityTypeBuilder<GoldAnswer> builder)
    {
        builder.Property(g => g.LabelKey).HasMaxLength(128);
        builder.Property(g => g.Origin).HasMaxLength(32);
        builder.Property(g => g.Explanation).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(g => g.MadeBy).HasMaxLength(256);
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(g => g.CaseId);
        builder.HasIndex(g => g.CaseId).IsUnique();
    }
}
