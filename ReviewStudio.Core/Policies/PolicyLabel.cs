using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>One of the answers that a policy version allows.</summary>
public sealed class PolicyLabel : Entity
{
    public long PolicyVersionId { get; set; }

    /// <summary>The stable name in data, models and commands; unique in its version.</summary>
    public string Key { get; set; } = "";

    /// <summary>The name on screen.</summary>
    public string Name { get; set; } = "";

    /// <summary>Hex colour, such as <c>#3b6fd4</c>.</summary>
    public string Colour { get; set; } = "#6b7280";

    /// <summary>How bad it is if missed: 0 (harmless) to 3 (severe). Weighs in the queue's order.</summary>
    public int Severity { get; set; }

    /// <summary>The key that gives this verdict: one digit or letter that no command uses; empty for none.</summary>
    public string HotKey { get; set; } = "";

    /// <summary>The answer "nothing wrong here"; exactly one a version.</summary>
    public bool Benign { get; set; }

    /// <summary>When to choose it, in Markdown, with examples.</summary>
    public string Guidance { get; set; } = "";

    /// <summary>Place in the list, from 0.</summary>
    public int Ordinal { get; set; }
}

internal sealed class PolicyLabelConfiguration : EntityConfiguration<PolicyLabel>
{
    protected override void ConfigureEntity(EntityTypeBuilder<PolicyLabel> builder)
    {
        builder.Property(l => l.Guidance).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<PolicyVersion>().WithMany(v => v.Labels).HasForeignKey(l => l.PolicyVersionId);
        builder.HasIndex(l => new { l.PolicyVersionId, l.Key }).IsUnique();
    }
}

/// <summary>What becomes of an old label when a new version is published.</summary>
public sealed class LabelMapping : Entity
{
    public long FromVersionId { get; set; }

    public long ToVersionId { get; set; }

    public string FromLabelKey { get; set; } = "";

    /// <summary>The label in the new version; null when its cases must be judged again.</summary>
    public string? ToLabelKey { get; set; }

    public LabelMappingKind Kind { get; set; }
}

public enum LabelMappingKind
{
    /// <summary>Means the same; stored labels stand.</summary>
    Same,

    /// <summary>Goes up in another label; stored labels follow.</summary>
    Merged,

    /// <summary>Means something else now; stored labels are withdrawn and the cases come back.</summary>
    ReReview,
}

internal sealed class LabelMappingConfiguration : EntityConfiguration<LabelMapping>
{
    protected override void ConfigureEntity(EntityTypeBuilder<LabelMapping> builder)
    {
        builder.HasOne<PolicyVersion>().WithMany().HasForeignKey(m => m.FromVersionId);
        builder.HasOne<PolicyVersion>().WithMany().HasForeignKey(m => m.ToVersionId);
        builder.HasIndex(m => new { m.ToVersionId, m.FromVersionId, m.FromLabelKey }).IsUnique();
    }
}
