using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>
/// One reviewer's answer to one task. Append-only: a change, and also an undo, is a new verdict that supersedes. It
/// knows its circumstances (law 3), so that what was seen at the time can be told years later.
/// <see cref="Entity.PublicId"/> is chosen by the client, so that a retry is safe.
/// </summary>
public sealed class Verdict : Entity
{
    public long TaskId { get; set; }

    public long CaseId { get; set; }

    public long ReviewerId { get; set; }

    /// <summary>The answer; null when this verdict withdraws the one that it supersedes.</summary>
    public string? LabelKey { get; set; }

    /// <summary>The claim that it answers.</summary>
    public long FencingToken { get; set; }

    public long PolicyVersionId { get; set; }

    /// <summary>The head that predicted at claim time; null when none did.</summary>
    public long? HeadId { get; set; }

    /// <summary>Probabilities at claim time in the head's label order, float32 little-endian.</summary>
    public byte[]? Probabilities { get; set; }

    /// <summary>Which parts and modalities moved the probabilities, as <see cref="Inference.Fusion.Influence.ToJson"/> writes it; null where nothing is known.</summary>
    public string? InfluencesJson { get; set; }

    /// <summary>Why the case was served, in words.</summary>
    public string RankReason { get; set; } = "";

    public TaskPurpose Purpose { get; set; }

    public string Stratum { get; set; } = "";

    /// <summary>π of the stratum when the case was drawn.</summary>
    public double SamplingProbability { get; set; }

    public bool InAuditSample { get; set; }

    /// <summary>Whether the reviewer saw the prediction.</summary>
    public bool PredictionShown { get; set; }

    /// <summary>Time from showing to answering, in milliseconds.</summary>
    public int ElapsedMilliseconds { get; set; }

    public string Note { get; set; } = "";

    /// <summary>The verdict that this one replaces.</summary>
    public long? SupersedesId { get; set; }

    public DateTime CreatedAt { get; set; }

    public List<Rationale> Rationales { get; } = [];
}

internal sealed class VerdictConfiguration : EntityConfiguration<Verdict>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Verdict> builder)
    {
        builder.Property(v => v.Note).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(v => v.InfluencesJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(v => v.RankReason).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(v => v.LabelKey).HasMaxLength(128);
        builder.Property(v => v.Stratum).HasMaxLength(64);
        builder.HasOne<ReviewTask>().WithMany().HasForeignKey(v => v.TaskId);
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(v => v.CaseId);
        builder.HasOne<PolicyVersion>().WithMany().HasForeignKey(v => v.PolicyVersionId);
        builder.HasOne<Verdict>().WithMany().HasForeignKey(v => v.SupersedesId);

        builder.HasIndex(v => new { v.TaskId, v.Id });
        builder.HasIndex(v => new { v.CaseId, v.Id });
        builder.HasIndex(v => new { v.ReviewerId, v.CreatedAt });

        // Those that settled cases are few among all and are listed, the newest first.
        builder.HasIndex(v => v.Id).HasFilter(TaskFilters.Adjudication).HasDatabaseName("IX_Verdicts_Adjudication");
    }
}

/// <summary>What in the content made the reviewer decide: a span of text, later a box or a time range.</summary>
public sealed class Rationale : Entity
{
    public long VerdictId { get; set; }

    /// <summary>The part of the item, by its ordinal.</summary>
    public int PartOrdinal { get; set; }

    public RationaleKind Kind { get; set; }

    /// <summary>Start: UTF-16 offset of a span, milliseconds of a time range, left of a box in 0..1.</summary>
    public double Start { get; set; }

    /// <summary>End, exclusive, in the unit of <see cref="Start"/>.</summary>
    public double End { get; set; }

    /// <summary>Top of a box in 0..1.</summary>
    public double Top { get; set; }

    /// <summary>Bottom of a box in 0..1.</summary>
    public double Bottom { get; set; }
}

public enum RationaleKind
{
    Span,
    Box,
    TimeRange,
}

internal sealed class RationaleConfiguration : EntityConfiguration<Rationale>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Rationale> builder) =>
        builder.HasOne<Verdict>().WithMany(v => v.Rationales).HasForeignKey(r => r.VerdictId);
}

/// <summary>What a reviewer has begun on a task and not yet sent; survives a dropped connection.</summary>
public sealed class Draft : Entity
{
    public long TaskId { get; set; }

    public long ReviewerId { get; set; }

    /// <summary>Label, note and marked spans so far, as the workbench's own JSON.</summary>
    public string ContentJson { get; set; } = "{}";

    public DateTime UpdatedAt { get; set; }
}

internal sealed class DraftConfiguration : EntityConfiguration<Draft>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Draft> builder)
    {
        builder.Property(d => d.ContentJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<ReviewTask>().WithMany().HasForeignKey(d => d.TaskId);
        builder.HasIndex(d => new { d.TaskId, d.ReviewerId }).IsUnique();
    }
}
