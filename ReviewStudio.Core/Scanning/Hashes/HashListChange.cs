using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>Who put what on a hash list or took it off, when and why. The entries themselves are not told.</summary>
public sealed class HashListChange : Entity
{
    public long ListId { get; set; }

    /// <summary>0 for the system.</summary>
    public long ReviewerId { get; set; }

    public DateTime At { get; set; }

    /// <summary>Entries put on the list.</summary>
    public int Added { get; set; }

    /// <summary>Entries taken off it.</summary>
    public int Removed { get; set; }

    /// <summary>Where they came from: pasted, a file of hashes, a picture.</summary>
    public string Origin { get; set; } = "";

    /// <summary>Why they were taken off; empty for additions.</summary>
    public string Reason { get; set; } = "";
}

internal sealed class HashListChangeConfiguration : EntityConfiguration<HashListChange>
{
    protected override void ConfigureEntity(EntityTypeBuilder<HashListChange> builder)
    {
        builder.Property(c => c.Origin).HasMaxLength(256);
        builder.Property(c => c.Reason).HasMaxLength(500);
        builder.HasOne<HashList>().WithMany().HasForeignKey(c => c.ListId);
        builder.HasIndex(c => new { c.ListId, c.Id });
    }
}
