using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training;

/// <summary>One turn of the loop for a policy: snapshot, fit, gates, promotion, re-rank. Its job row carries progress.</summary>
public sealed class TrainingRun : Entity
{
    public long PolicyId { get; set; }

    /// <summary>The queue whose settings (trainer, promotion) the run follows.</summary>
    public long QueueId { get; set; }

    public long JobId { get; set; }

    /// <summary>What set it off: <c>hand</c>, <c>labels</c>, <c>schedule</c>, <c>backtest</c>.</summary>
    public string Trigger { get; set; } = "";

    public TrainingStage Stage { get; set; }

    public long? SnapshotId { get; set; }

    public long? HeadId { get; set; }

    /// <summary>The labelled-example watermark that it trains up to; fixed when the run begins.</summary>
    public long Watermark { get; set; }

    public int Seed { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? EndedAt { get; set; }
}

public enum TrainingStage
{
    Snapshot,
    Fit,
    Gate,
    Promote,
    Rerank,
    Done,
}

internal sealed class TrainingRunConfiguration : EntityConfiguration<TrainingRun>
{
    protected override void ConfigureEntity(EntityTypeBuilder<TrainingRun> builder)
    {
        builder.HasOne<Policy>().WithMany().HasForeignKey(r => r.PolicyId);
        builder.HasOne<BackgroundJob>().WithMany().HasForeignKey(r => r.JobId);
        builder.HasOne<Snapshot>().WithMany().HasForeignKey(r => r.SnapshotId);
        builder.HasOne<Head>().WithMany().HasForeignKey(r => r.HeadId);
        builder.HasIndex(r => new { r.PolicyId, r.Id });
        builder.HasIndex(r => r.JobId).IsUnique();
    }
}
