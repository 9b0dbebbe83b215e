using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>A trained head as a row: whose it is, where its file lies, what it was trained on and what came of its gates.</summary>
public sealed class Head : Entity
{
    public long PolicyId { get; set; }

    /// <summary>The policy version whose labels it gives.</summary>
    public long PolicyVersionId { get; set; }

    /// <summary>Counts up within the policy from 1.</summary>
    public int Number { get; set; }

    public HeadState State { get; set; }

    /// <summary>Which trainer made it, such as <c>logistic-1</c>.</summary>
    public string Trainer { get; set; } = "";

    /// <summary>The kind of its file, <see cref="HeadModel.Format"/> or <see cref="Fusion.FusionModel.Format"/>: what of an item it reads.</summary>
    public string Format { get; set; } = HeadModel.Format;

    /// <summary>Whether it reads every part of an item by itself, pictures and sounds too; else the text alone.</summary>
    public bool ReadsParts => Format == Fusion.FusionModel.Format;

    /// <summary>The encoder versions whose vectors it reads.</summary>
    public string EncoderVersion { get; set; } = "";

    /// <summary>Label keys in output order, as a JSON array.</summary>
    public string LabelKeysJson { get; set; } = "[]";

    /// <summary>SHA-256 of the ONNX file, in lower-case hex; also its name in the head folder.</summary>
    public string FileHash { get; set; } = "";

    /// <summary>Logical hash of the snapshot that it was trained on.</summary>
    public string SnapshotHash { get; set; } = "";

    /// <summary>Labelled examples in that snapshot.</summary>
    public int TrainedOn { get; set; }

    /// <summary>The gate report of its promotion run, as JSON.</summary>
    public string? GateReportJson { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? PromotedAt { get; set; }

    public DateTime? RetiredAt { get; set; }
}

public enum HeadState
{
    /// <summary>Trained; its gates have not passed, or nobody has promoted it.</summary>
    Challenger,

    /// <summary>Serves. At most one a policy.</summary>
    Champion,

    /// <summary>Has served.</summary>
    Retired,

    /// <summary>Failed its gates.</summary>
    Rejected,
}

internal sealed class HeadConfiguration : EntityConfiguration<Head>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Head> builder)
    {
        builder.Ignore(h => h.ReadsParts);
        builder.Property(h => h.Format).HasMaxLength(32);
        builder.Property(h => h.LabelKeysJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(h => h.GateReportJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<Policy>().WithMany().HasForeignKey(h => h.PolicyId);
        builder.HasOne<PolicyVersion>().WithMany().HasForeignKey(h => h.PolicyVersionId);
        builder.HasIndex(h => new { h.PolicyId, h.Number }).IsUnique();
        builder.HasIndex(h => new { h.PolicyId, h.State });
    }
}
