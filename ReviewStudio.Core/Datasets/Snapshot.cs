using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>An immutable, hashed, versioned export of labelled examples.</summary>
public sealed class Snapshot : Entity
{
    public long PolicyId { get; set; }

    public long PolicyVersionId { get; set; }

    /// <summary>Semantic version: changed labels are major, added records minor.</summary>
    public string Version { get; set; } = "1.0.0";

    /// <summary>The highest labelled-example id that is in it.</summary>
    public long Watermark { get; set; }

    /// <summary>SHA-256 over the canonical rows, lower-case hex; the same labels and options give the same hash.</summary>
    public string LogicalHash { get; set; } = "";

    /// <summary>Folder name below the snapshot folder.</summary>
    public string Folder { get; set; } = "";

    /// <summary>What was asked for, as JSON.</summary>
    public string OptionsJson { get; set; } = "{}";

    /// <summary>Files with sizes and SHA-256, counts and label histogram, as JSON.</summary>
    public string ManifestJson { get; set; } = "{}";

    public int Rows { get; set; }

    /// <summary>Counts up from 1 each time that its files are written anew because something in them was erased.</summary>
    public int Edition { get; set; } = 1;

    public DateTime CreatedAt { get; set; }
}

internal sealed class SnapshotConfiguration : EntityConfiguration<Snapshot>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Snapshot> builder)
    {
        builder.Property(s => s.OptionsJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(s => s.ManifestJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<Policy>().WithMany().HasForeignKey(s => s.PolicyId);
        builder.HasOne<PolicyVersion>().WithMany().HasForeignKey(s => s.PolicyVersionId);
        builder.HasIndex(s => new { s.PolicyId, s.Version }).IsUnique();
        builder.HasIndex(s => s.LogicalHash);
    }
}

/// <summary>A named set of cases with fixed labels that heads are measured on and never trained on.</summary>
public sealed class FrozenSet : Entity
{
    public long PolicyId { get; set; }

    public string Name { get; set; } = "";

    /// <summary>The set that the gates read; at most one a policy.</summary>
    public bool ForGates { get; set; }

    public DateTime CreatedAt { get; set; }
}

internal sealed class FrozenSetConfiguration : EntityConfiguration<FrozenSet>
{
    protected override void ConfigureEntity(EntityTypeBuilder<FrozenSet> builder)
    {
        builder.HasOne<Policy>().WithMany().HasForeignKey(s => s.PolicyId);
        builder.HasIndex(s => new { s.PolicyId, s.Name }).IsUnique();
    }
}

/// <summary>A case in a frozen set, with the label that it was frozen at.</summary>
public sealed class FrozenMember : Entity
{
    public long FrozenSetId { get; set; }

    public long CaseId { get; set; }

    public string LabelKey { get; set; } = "";
}

internal sealed class FrozenMemberConfiguration : EntityConfiguration<FrozenMember>
{
    protected override void ConfigureEntity(EntityTypeBuilder<FrozenMember> builder)
    {
        builder.Property(m => m.LabelKey).HasMaxLength(128);
        builder.HasOne<FrozenSet>().WithMany().HasForeignKey(m => m.FrozenSetId);
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(m => m.CaseId);
        builder.HasIndex(m => new { m.FrozenSetId, m.CaseId }).IsUnique();
    }
}
