using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Auditing;

/// <summary>How many cases of a stratum came in on a day and how many joined the audit sample.</summary>
public sealed class AuditDay : Entity
{
    public long QueueId { get; set; }

    /// <summary>Days since 2000-01-01 UTC.</summary>
    public int Day { get; set; }

    public string Stratum { get; set; } = "";

    public int Arrived { get; set; }

    public int Drawn { get; set; }
}

internal sealed class AuditDayConfiguration : EntityConfiguration<AuditDay>
{
    protected override void ConfigureEntity(EntityTypeBuilder<AuditDay> builder)
    {
        builder.Property(d => d.Stratum).HasMaxLength(64);
        builder.HasOne<ReviewQueue>().WithMany().HasForeignKey(d => d.QueueId);
        builder.HasIndex(d => new { d.QueueId, d.Day, d.Stratum }).IsUnique();
    }
}
