using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>
/// The consensus label of a case from one moment on. Append-only: the latest row of a case at or below a watermark is
/// its label at that watermark, which is what makes snapshots reproducible (law 7).
/// </summary>
public sealed class LabelledExample : Entity
{
    public long CaseId { get; set; }

    /// <summary>Copied from the case, so that a policy's labels are one index range.</summary>
    public long PolicyId { get; set; }

    /// <summary>The version whose label it is.</summary>
    public long PolicyVersionId { get; set; }

    /// <summary>The label; null when the case has none any more.</summary>
    public string? LabelKey { get; set; }

    /// <summary>Share of the verdicts, or posterior, behind the label; in 0..1.</summary>
    public double Confidence { get; set; }

    /// <summary>Distribution over label keys as a JSON object that sums to 1.</summary>
    public string SoftLabelJson { get; set; } = "{}";

    /// <summary>How it came about: <c>single</c>, <c>majority</c>, <c>adjudicated</c>, <c>gold</c>, <c>mapped</c>, <c>duplicate</c>, <c>withdrawn</c>.</summary>
    public string Method { get; set; } = "";

    /// <summary>Reviewers whose verdicts count in it.</summary>
    public int Reviewers { get; set; }

    /// <summary>The verdict that brought it about, if one did.</summary>
    public long? VerdictId { get; set; }

    /// <summary>The case of the same content that the label was taken over from; null where people judged this one, and once it is judged by itself.</summary>
    public long? FromCaseId { get; set; }

    public DateTime CreatedAt { get; set; }
}

internal sealed class LabelledExampleConfiguration : EntityConfiguration<LabelledExample>
{
    protected override void ConfigureEntity(EntityTypeBuilder<LabelledExample> builder)
    {
        builder.Property(e => e.LabelKey).HasMaxLength(128);
        builder.Property(e => e.Method).HasMaxLength(32);
        builder.Property(e => e.SoftLabelJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(e => e.CaseId);
        builder.HasOne<Policy>().WithMany().HasForeignKey(e => e.PolicyId);
        builder.HasOne<PolicyVersion>().WithMany().HasForeignKey(e => e.PolicyVersionId);
        builder.HasOne<Verdict>().WithMany().HasForeignKey(e => e.VerdictId);
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(e => e.FromCaseId);
        builder.HasIndex(e => e.FromCaseId).HasFilter("\"FromCaseId\" IS NOT NULL");
        builder.HasIndex(e => new { e.CaseId, e.Id });
        builder.HasIndex(e => new { e.PolicyId, e.Id });

        // Exports walk a policy's labels case by case.
        builder.HasIndex(e => new { e.PolicyId, e.CaseId, e.Id });
    }
}
