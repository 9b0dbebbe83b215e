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

    /// <summary>The head whose prediction this is; null before the first one. A new head writes it to every waiting case.</summary>
    [NeverLookedUp]
    public long? HeadId { get; set; }

    /// <summary>Probabilities in the head's label order, float32 little-endian; null before the first prediction.</summary>
    public byte[]? Probabilities { get; set; }

    /// <summary>Since when no head has looked at it, even to find that it cannot read it; null from then on.</summary>
    public DateTime? UnscoredSince { get; set; }

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

    /// <summary>Equal for items of equal content (<see cref="ItemPrint.Exact"/>); null for one without content, or erased.</summary>
    public long? ContentPrint { get; set; }

    /// <summary>Equal for items that are near-duplicates (<see cref="ItemPrint.Alike"/>); null as above.</summary>
    public long? LikePrint { get; set; }

    /// <summary>How many near-duplicates came in before it under the policy: 0 for the first of its kind. Later ones stand further back.</summary>
    public int LikeOrdinal { get; set; }

    /// <summary>Other cases took its label over at some time, and may have to follow it.</summary>
    public bool Followed { get; set; }

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

/// <summary>Where engines word a filter in their own way, they look the index up by its name.</summary>
public static class CaseFilters
{
    public const string GoldIndex = "IX_ReviewCases_Gold";

    internal const string Gold = "\"Gold\"";
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

        // Few at any time, and asked for every few seconds.
        builder.HasIndex(c => new { c.QueueId, c.Id }).HasFilter("\"UnscoredSince\" IS NOT NULL").HasDatabaseName("IX_ReviewCases_Unscored");
        builder.HasIndex(c => new { c.QueueId, c.Gold, c.Id }).HasFilter(CaseFilters.Gold).HasDatabaseName(CaseFilters.GoldIndex);
        builder.HasIndex(c => new { c.PolicyId, c.LabelKey, c.Id });
        builder.HasIndex(c => new { c.PolicyId, c.LikePrint, c.LikeOrdinal });
        builder.HasIndex(c => new { c.PolicyId, c.FrozenMark }).HasFilter("\"FrozenMark\" IS NOT NULL");
    }
}
