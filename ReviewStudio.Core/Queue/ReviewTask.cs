using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>One wanted verdict on a case: what a reviewer claims.</summary>
public sealed class ReviewTask : Entity
{
    public long CaseId { get; set; }

    public long LaneId { get; set; }

    public TaskPurpose Purpose { get; set; }

    public TaskState State { get; set; }

    /// <summary>−priority: the smallest comes first. Time does not invalidate it (law 2).</summary>
    public double Rank { get; set; }

    /// <summary>The holder while leased, the judge once done; null while pending.</summary>
    public long? ReviewerId { get; set; }

    public DateTime? ClaimedAt { get; set; }

    public DateTime? LeasedUntil { get; set; }

    /// <summary>Counts claims up. A verdict must carry the number of the claim that it answers.</summary>
    public long FencingToken { get; set; }

    /// <summary>The head whose prediction the case held when it was claimed; null when it held none.</summary>
    public long? ClaimedHeadId { get; set; }

    /// <summary>The case's probabilities at the claim: a re-rank under way must not change what was seen.</summary>
    public byte[]? ClaimedProbabilities { get; set; }

    /// <summary>What the last holder said on handing over or escalating; empty when nothing.</summary>
    public string Message { get; set; } = "";

    /// <summary>Whether the prediction is kept from the reviewer.</summary>
    public bool Blind => Purpose is TaskPurpose.Audit or TaskPurpose.SecondLook;
}

public enum TaskPurpose
{
    Review,
    SecondLook,
    Adjudication,
    Audit,
    Gold,
}

public enum TaskState
{
    Pending,
    Leased,
    Done,

    /// <summary>No longer wanted.</summary>
    Cancelled,
}

internal sealed class ReviewTaskConfiguration : EntityConfiguration<ReviewTask>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ReviewTask> builder)
    {
        builder.Ignore(t => t.Blind);
        builder.Property(t => t.Message).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(t => t.CaseId);
        builder.HasOne<Lane>().WithMany().HasForeignKey(t => t.LaneId);

        // The index that claims walk: only pending tasks are in it.
        builder.HasIndex(t => new { t.LaneId, t.Rank, t.Id }).HasFilter(TaskFilters.Pending).HasDatabaseName("IX_ReviewTasks_Pending");
        builder.HasIndex(t => t.LeasedUntil).HasFilter(TaskFilters.Leased).HasDatabaseName("IX_ReviewTasks_Leases");

        // A reviewer gets a case once: enforced here whatever the code above does.
        builder.HasIndex(t => new { t.CaseId, t.ReviewerId }).IsUnique().HasFilter(TaskFilters.Held).HasDatabaseName("IX_ReviewTasks_OncePerReviewer");
        builder.HasIndex(t => t.CaseId);

        // How many known answers somebody has had is asked at every claim.
        builder.HasIndex(t => t.ReviewerId).HasFilter(TaskFilters.Gold).HasDatabaseName("IX_ReviewTasks_Gold");
        builder.HasIndex(t => new { t.ReviewerId, t.State }).HasFilter(TaskFilters.Held).HasDatabaseName("IX_ReviewTasks_OfReviewer");

        // What waits to be settled is listed as a whole, and is a small part of all tasks.
        builder.HasIndex(t => new { t.State, t.Rank, t.Id }).HasFilter(TaskFilters.Adjudication).HasDatabaseName("IX_ReviewTasks_Adjudication");
    }
}

/// <summary>Index filters, in quoting that SQLite, SQL Server and PostgreSQL all read.</summary>
internal static class TaskFilters
{
    public const string Pending = "\"State\" = 0";
    public const string Leased = "\"State\" = 1";
    public const string Adjudication = "\"Purpose\" = 2";
    public const string Gold = "\"Purpose\" = 4";
    public const string Held = "\"ReviewerId\" IS NOT NULL";
}

/// <summary>A reviewer passed on a case; it is not offered to the same person again.</summary>
public sealed class TaskSkip : Entity
{
    public long CaseId { get; set; }

    public long ReviewerId { get; set; }

    public string Reason { get; set; } = "";

    public DateTime At { get; set; }
}

internal sealed class TaskSkipConfiguration : EntityConfiguration<TaskSkip>
{
    protected override void ConfigureEntity(EntityTypeBuilder<TaskSkip> builder)
    {
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(s => s.CaseId);
        builder.HasIndex(s => new { s.CaseId, s.ReviewerId }).IsUnique();
    }
}
