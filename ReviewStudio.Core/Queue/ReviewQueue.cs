using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>A stream of cases under one policy, with its own order, review plan and loop settings.</summary>
public sealed class ReviewQueue : Entity
{
    /// <summary>A short name for files and commands; unique.</summary>
    public string Key { get; set; } = "";

    public string Name { get; set; } = "";

    public long PolicyId { get; set; }

    /// <summary>The acquisition strategy: <c>entropy</c>, <c>margin</c>, <c>least-confidence</c>, <c>oldest</c>, <c>random</c> …</summary>
    public string Strategy { get; set; } = "margin";

    /// <summary>a in priority = a·uncertainty + b·severity − c·arrival; uncertainty is in 0..1.</summary>
    public double UncertaintyWeight { get; set; } = 1;

    /// <summary>b: weighs the expected severity, in 0..1 (severity ÷ 3, averaged over the prediction).</summary>
    public double SeverityWeight { get; set; } = 0.25;

    /// <summary>c: what a day of waiting is worth, in units of priority.</summary>
    public double ArrivalWeight { get; set; } = 0.01;

    /// <summary>Who judges a case and how the verdicts add up.</summary>
    public ReviewPlan Plan { get; set; } = new();

    /// <summary>Reviewers below this clearance are not served from the queue, 0 to 9.</summary>
    public int RequiredClearance { get; set; }

    /// <summary>How long a claim lasts without a heartbeat, in seconds.</summary>
    public int LeaseSeconds { get; set; } = 300;

    /// <summary>How long a verdict may be undone, in seconds; effects leave the house after it.</summary>
    public int UndoSeconds { get; set; } = 8;

    /// <summary>Smallest probability of joining the audit sample, above 0 and at most 1.</summary>
    public double AuditRate { get; set; } = 0.02;

    /// <summary>Most audit tasks expected a day; rates fall, never to 0, to keep within it.</summary>
    public int AuditDailyBudget { get; set; } = 50;

    /// <summary>Retrain after this many new labels; 0 turns it off.</summary>
    public int RetrainEvery { get; set; } = 200;

    /// <summary>Retrain on this cron schedule as well; empty turns it off.</summary>
    public string RetrainCron { get; set; } = "";

    /// <summary>When the schedule comes next; null without one. Kept in the row, so that a time missed while nothing ran is made up for.</summary>
    public DateTime? RetrainDueAt { get; set; }

    /// <summary>Whether a head that passed its gates goes into service by itself.</summary>
    public bool PromoteAutomatically { get; set; } = true;

    /// <summary>The trainer to use: <c>logistic</c>, or the name of a configured external one.</summary>
    public string Trainer { get; set; } = "logistic";

    /// <summary>The head by which all that waits was scored and ranked; what came in since is marked by the cases. Null before the first.</summary>
    public long? RankedHeadId { get; set; }

    public DateTime? ArchivedAt { get; set; }

    public DateTime CreatedAt { get; set; }

    public Guid ConcurrencyStamp { get; set; } = Guid.NewGuid();
}

internal sealed class ReviewQueueConfiguration : EntityConfiguration<ReviewQueue>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ReviewQueue> builder)
    {
        builder.Property(q => q.ConcurrencyStamp).IsConcurrencyToken();
        builder.ComplexProperty(q => q.Plan, plan => plan.Property(p => p.Method).HasMaxLength(32));
        builder.HasOne<Policy>().WithMany().HasForeignKey(q => q.PolicyId);
        builder.HasIndex(q => q.Key).IsUnique();
    }
}
