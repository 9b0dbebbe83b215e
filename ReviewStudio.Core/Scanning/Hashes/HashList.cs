using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>Known content by its hashes: exact copies, and pictures that look the same, are stopped without anybody looking.</summary>
public sealed class HashList : Entity
{
    /// <summary>A short name for commands and the API; unique.</summary>
    public string Key { get; set; } = "";

    public string Name { get; set; } = "";

    public long PolicyId { get; set; }

    /// <summary>The label that a match stands for.</summary>
    public string LabelKey { get; set; } = "";

    /// <summary><see cref="ScanOutcome.Review"/> or <see cref="ScanOutcome.Block"/>.</summary>
    public ScanOutcome Outcome { get; set; }

    /// <summary>Who keeps the list outside: an organisation, a service, a case number.</summary>
    public string Source { get; set; } = "";

    /// <summary>Who answers for it here.</summary>
    public long OwnerId { get; set; }

    public DateTime ExpiresAt { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? EndedAt { get; set; }

    /// <summary>Counts up with each change of its entries.</summary>
    public long Edition { get; set; }

    public int Entries { get; set; }
}

internal sealed class HashListConfiguration : EntityConfiguration<HashList>
{
    protected override void ConfigureEntity(EntityTypeBuilder<HashList> builder)
    {
        builder.Property(l => l.Key).HasMaxLength(64);
        builder.Property(l => l.Name).HasMaxLength(120);
        builder.Property(l => l.LabelKey).HasMaxLength(128);
        builder.Property(l => l.Source).HasMaxLength(256);
        builder.HasOne<Policy>().WithMany().HasForeignKey(l => l.PolicyId);
        builder.HasIndex(l => l.Key).IsUnique();
    }
}
