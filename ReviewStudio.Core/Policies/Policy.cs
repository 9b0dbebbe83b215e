using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>A rule set that content is judged by. What it says stands in its versions.</summary>
public sealed class Policy : Entity
{
    /// <summary>A short name for files and commands: lower-case letters, digits and hyphens; unique.</summary>
    public string Key { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Krippendorff's α that its reviewers should reach, above 0 and at most 1.</summary>
    public double AgreementTarget { get; set; } = 0.8;

    /// <summary>Set when the policy is no longer used; its history stays.</summary>
    public DateTime? ArchivedAt { get; set; }

    public DateTime CreatedAt { get; set; }

    public List<PolicyVersion> Versions { get; } = [];
}

internal sealed class PolicyConfiguration : EntityConfiguration<Policy>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Policy> builder) => builder.HasIndex(p => p.Key).IsUnique();
}

/// <summary>An edition of a policy: changeable as a draft, immutable once published.</summary>
public sealed class PolicyVersion : Entity
{
    public long PolicyId { get; set; }

    public Policy Policy { get; set; } = null!;

    /// <summary>1 for the first edition, and so on.</summary>
    public int Number { get; set; }

    public PolicyVersionState State { get; set; }

    /// <summary>What the policy is about, in Markdown.</summary>
    public string Guidance { get; set; } = "";

    /// <summary>What changed since the last edition, in a sentence.</summary>
    public string ChangeNote { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public DateTime? PublishedAt { get; set; }

    /// <summary>Changes with each save of a draft: a second writer is refused instead of overwriting.</summary>
    public Guid ConcurrencyStamp { get; set; } = Guid.NewGuid();

    /// <summary>The answers that this edition allows, in the order shown.</summary>
    public List<PolicyLabel> Labels { get; } = [];
}

public enum PolicyVersionState
{
    Draft,
    Published,

    /// <summary>Was in force and has been replaced by a later edition.</summary>
    Superseded,
}

internal sealed class PolicyVersionConfiguration : EntityConfiguration<PolicyVersion>
{
    protected override void ConfigureEntity(EntityTypeBuilder<PolicyVersion> builder)
    {
        builder.Property(v => v.Guidance).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(v => v.ChangeNote).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(v => v.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasOne(v => v.Policy).WithMany(p => p.Versions).HasForeignKey(v => v.PolicyId);
        builder.HasIndex(v => new { v.PolicyId, v.Number }).IsUnique();
    }
}
