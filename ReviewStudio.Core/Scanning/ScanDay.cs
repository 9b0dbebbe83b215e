using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>What the scans of a day came to under a policy. Content that was allowed leaves nothing but this count.</summary>
public sealed class ScanDay : Entity
{
    internal static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public long PolicyId { get; set; }

    /// <summary>Days since 2000-01-01 UTC.</summary>
    public int Day { get; set; }

    public long Allowed { get; set; }

    public long Reviewed { get; set; }

    public long Blocked { get; set; }

    internal static int Of(DateTime at) => (int)(at - Epoch).TotalDays;
}

internal sealed class ScanDayConfiguration : EntityConfiguration<ScanDay>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ScanDay> builder)
    {
        builder.HasOne<Policy>().WithMany().HasForeignKey(d => d.PolicyId);
        builder.HasIndex(d => new { d.PolicyId, d.Day }).IsUnique();
    }
}
