using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>Content that came in for review and was on a hash list then.</summary>
public sealed class HashFlag : Entity
{
    public long CaseId { get; set; }

    public long ListId { get; set; }

    public HashKind Kind { get; set; }

    /// <summary>The part, by its ordinal.</summary>
    public int PartOrdinal { get; set; }

    /// <summary>Of a PDQ match: bits in which the hashes differ; 0 otherwise.</summary>
    public int Distance { get; set; }

    public DateTime At { get; set; }
}

internal sealed class HashFlagConfiguration : EntityConfiguration<HashFlag>
{
    protected override void ConfigureEntity(EntityTypeBuilder<HashFlag> builder)
    {
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(f => f.CaseId);
        builder.HasOne<HashList>().WithMany().HasForeignKey(f => f.ListId);
        builder.HasIndex(f => new { f.CaseId, f.ListId }).IsUnique();
        builder.HasIndex(f => f.ListId);
    }
}
