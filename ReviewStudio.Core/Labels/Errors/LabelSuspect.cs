using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Errors;

/// <summary>A label that is probably wrong, with the evidence, on its way to be looked at again.</summary>
public sealed class LabelSuspect : Entity
{
    public long PolicyId { get; set; }

    public long CaseId { get; set; }

    /// <summary>The task that asks for another look.</summary>
    public long TaskId { get; set; }

    /// <summary>The label as it stood.</summary>
    public string GivenKey { get; set; } = "";

    /// <summary>The label that the model thinks most probable.</summary>
    public string SuggestedKey { get; set; } = "";

    /// <summary>Out-of-fold probability of the label as it stood, 0 to 1.</summary>
    public double GivenProbability { get; set; }

    /// <summary>Out-of-fold probability of the suggested label, 0 to 1.</summary>
    public double SuggestedProbability { get; set; }

    public DateTime FoundAt { get; set; }
}

internal sealed class LabelSuspectConfiguration : EntityConfiguration<LabelSuspect>
{
    protected override void ConfigureEntity(EntityTypeBuilder<LabelSuspect> builder)
    {
        builder.Property(s => s.GivenKey).HasMaxLength(128);
        builder.Property(s => s.SuggestedKey).HasMaxLength(128);
        builder.HasOne<Policy>().WithMany().HasForeignKey(s => s.PolicyId);
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(s => s.CaseId);
        builder.HasOne<ReviewTask>().WithMany().HasForeignKey(s => s.TaskId);
        builder.HasIndex(s => new { s.PolicyId, s.Id });
        builder.HasIndex(s => s.TaskId);
    }
}
