using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>
/// An item under a policy. Holds the current prediction; what a reviewer saw at the time is kept with the verdict.
/// </summary>
public sealed class ReviewCase : Entity
{
    public long ItemId { get; set; }

    public long PolicyId { get; set; }

    /// <summary>The version that pending verdicts are given under.</summary>
    public long PolicyVersionId { get; set; }

    public long QueueId { get; set; }

    public CaseState State { get; set; }

    /// <summary>The head whose prediction this is; null before the first one.</summary>
    public long? HeadId { get; set; }

    /// <summary>Probabilities in the head's label order, float32 little-endian; null before the first prediction.</summary>
    public byte[]? Probabilities { get; set; }

    /// <summary>By the queue's strategy, in 0..1; 1 before the first prediction.</summary>
    public double Uncertainty { get; set; } = 1;

    /// <summary>Expected severity in 0..1.</summary>
    public double Severity { get; set; }

    public DateTime ArrivedAt { get; set; }

    /// <summary>The case's own random number, uniform in [0, 1), drawn at ingest (law 5).</summary>
    public double AuditDraw { get; set; }

    /// <summary>π at ingest: the probability with which a case of this stratum joined the audit sample.</summary>
    public double AuditProbability { get; set; }

    /// <summary>The score or decision stratum that π depended on.</summary>
    public string Stratum { get; set; } = "unscored";

    /// <summary>True when <see cref="AuditDraw"/> fell below <see cref="AuditProbability"/>.</summary>
    public bool InAuditSample { get; set; }

    /// <summary>The label that the case stands at; null while it has none.</summary>
    public string? LabelKey { get; set; }

    /// <summary>Set on cases of the frozen evaluation set: their labels never train a head.</summary>
    public bool Frozen { get; set; }

    /// <summary>Counts up as cases are frozen: a snapshot that is pinned to a mark leaves out what was frozen up to it. Null while not frozen.</summary>
    public long? FrozenMark { get; set; }

    /// <summary>Set on cases whose answer is known: they are mixed in to measure reviewers, whose verdicts leave the label alone.</summary>
    public bool Gold { get; set; }

    public Guid ConcurrencyStamp { get; set; } = Guid.NewGuid();
}

public enum CaseState
{
    /// <summary>Waits for verdicts.</summary>
    Open,

    /// <summary>Has a consensus label.</summary>
    Labelled,

    /// <summary>Waits for somebody of higher standing.</summary>
    Escalated,
}

internal sealed class ReviewCaseConfiguration : EntityConfiguration<ReviewCase>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ReviewCase> builder)
    {
        builder.Property(c => c.Stratum).HasMaxLength(64);
        builder.Property(c => c.LabelKey).HasMaxLength(128);
        builder.HasOne<Item>().WithMany().HasForeignKey(c => c.ItemId);
        builder.HasOne<Policy>().WithMany().HasForeignKey(c => c.PolicyId);
        builder.HasOne<PolicyVersion>().WithMany().HasForeignKey(c => c.PolicyVersionId);
        builder.HasOne<ReviewQueue>().WithMany().HasForeignKey(c => c.QueueId);
        builder.HasOne<Head>().WithMany().HasForeignKey(c => c.HeadId);
        builder.HasIndex(c => new { c.ItemId, c.PolicyId }).IsUnique();
        builder.HasIndex(c => new { c.QueueId, c.State, c.Id });
        builder.HasIndex(c => new { c.PolicyId, c.LabelKey, c.Id });
        builder.HasIndex(c => new { c.PolicyId, c.FrozenMark }).HasFilter("\"FrozenMark\" IS NOT NULL");
    }
}
