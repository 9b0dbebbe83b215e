using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Rules;

/// <summary>Words that stop content whatever the head says. It never changes: it ends, and another takes its place.</summary>
public sealed class ScanRule : Entity
{
    public long PolicyId { get; set; }

    public string Name { get; set; } = "";

    public RuleKind Kind { get; set; }

    /// <summary>The phrase or the expression.</summary>
    public string Pattern { get; set; } = "";

    /// <summary>The label that a match stands for.</summary>
    public string LabelKey { get; set; } = "";

    /// <summary><see cref="ScanOutcome.Review"/> or <see cref="ScanOutcome.Block"/>.</summary>
    public ScanOutcome Outcome { get; set; }

    /// <summary>Why there is such a rule.</summary>
    public string Why { get; set; } = "";

    /// <summary>Who answers for it.</summary>
    public long OwnerId { get; set; }

    /// <summary>It stops by itself then: rules that nobody looks after do not pile up.</summary>
    public DateTime ExpiresAt { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>Set when somebody ended it.</summary>
    public DateTime? EndedAt { get; set; }
}

/// <summary>How a rule's pattern is read.</summary>
public enum RuleKind
{
    /// <summary>Whole words in this order, whatever their case.</summary>
    Phrase,

    /// <summary>A regular expression without look-around and back-references, so that its cost is bounded.</summary>
    Expression,
}

internal sealed class ScanRuleConfiguration : EntityConfiguration<ScanRule>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ScanRule> builder)
    {
        builder.Property(r => r.Name).HasMaxLength(120);
        builder.Property(r => r.Pattern).HasMaxLength(RulePattern.Longest);
        builder.Property(r => r.LabelKey).HasMaxLength(128);
        builder.Property(r => r.Why).HasMaxLength(1_000);
        builder.HasOne<Policy>().WithMany().HasForeignKey(r => r.PolicyId);
        builder.HasIndex(r => new { r.EndedAt, r.ExpiresAt });
    }
}
