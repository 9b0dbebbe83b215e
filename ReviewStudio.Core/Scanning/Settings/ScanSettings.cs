using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Settings;

/// <summary>How a policy is scanned by: an edition that never changes. The highest number is in force.</summary>
public sealed class ScanSettings : Entity
{
    public long PolicyId { get; set; }

    /// <summary>Counts up within the policy from 1; named in every answer.</summary>
    public int Number { get; set; }

    /// <summary>False takes the policy out of scanning.</summary>
    public bool Enabled { get; set; }

    /// <summary>Where content for review goes.</summary>
    public long QueueId { get; set; }

    /// <summary>The outcome while no head serves.</summary>
    public ScanOutcome WhenUnscored { get; set; }

    /// <summary>The outcome where the time budget ran out.</summary>
    public ScanOutcome WhenLate { get; set; }

    /// <summary>Thresholds by label key, as a JSON object.</summary>
    public string ThresholdsJson { get; set; } = "{}";

    public DateTime CreatedAt { get; set; }

    public long CreatedById { get; set; }

    public Dictionary<string, Threshold> Thresholds() => JsonSerializer.Deserialize<Dictionary<string, Threshold>>(ThresholdsJson)!;

    /// <summary>
    /// What stands until somebody decides: nothing is blocked by probability alone, and the worse a label is if missed, the
    /// sooner a person looks at it.
    /// </summary>
    public static Threshold Usual(PolicyLabel label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return label.Benign ? new Threshold(null, null) : new Threshold(label.Severity switch { >= 3 => 0.2, 2 => 0.35, _ => 0.5 }, null);
    }
}

internal sealed class ScanSettingsConfiguration : EntityConfiguration<ScanSettings>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ScanSettings> builder)
    {
        builder.Property(s => s.ThresholdsJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<Policy>().WithMany().HasForeignKey(s => s.PolicyId);
        builder.HasOne<ReviewQueue>().WithMany().HasForeignKey(s => s.QueueId);
        builder.HasIndex(s => new { s.PolicyId, s.Number }).IsUnique();
    }
}
