using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Skills;

/// <summary>How the reviewers of a policy confuse its labels, as last estimated: one row a policy.</summary>
public sealed class SkillFit : Entity
{
    public long PolicyId { get; set; }

    /// <summary>Label keys in the order of the prior and of all matrices, as a JSON array.</summary>
    public string LabelKeysJson { get; set; } = "[]";

    /// <summary>Share of each label, as a JSON array that sums to 1.</summary>
    public string PriorJson { get; set; } = "[]";

    /// <summary>Verdicts behind it.</summary>
    public int Verdicts { get; set; }

    /// <summary>The last verdict that there was when it was made.</summary>
    public long Watermark { get; set; }

    public DateTime FittedAt { get; set; }
}

/// <summary>One reviewer's habits under a policy.</summary>
public sealed class ReviewerSkill : Entity
{
    public long PolicyId { get; set; }

    public long ReviewerId { get; set; }

    public int Verdicts { get; set; }

    /// <summary>Row by row (truth), the probability of each label given; a JSON array of C·C numbers.</summary>
    public string ConfusionJson { get; set; } = "[]";

    /// <summary>The probability of being right, over the labels as often as they occur; 0 to 1.</summary>
    public double Accuracy { get; set; }
}

internal sealed class SkillFitConfiguration : EntityConfiguration<SkillFit>
{
    protected override void ConfigureEntity(EntityTypeBuilder<SkillFit> builder)
    {
        builder.Property(s => s.LabelKeysJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(s => s.PriorJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<Policy>().WithMany().HasForeignKey(s => s.PolicyId);
        builder.HasIndex(s => s.PolicyId).IsUnique();
    }
}

internal sealed class ReviewerSkillConfiguration : EntityConfiguration<ReviewerSkill>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ReviewerSkill> builder)
    {
        builder.Property(s => s.ConfusionJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<Policy>().WithMany().HasForeignKey(s => s.PolicyId);
        builder.HasIndex(s => new { s.PolicyId, s.ReviewerId }).IsUnique();
    }
}
