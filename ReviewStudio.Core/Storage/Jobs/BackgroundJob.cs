using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReviewStudio.Core.Storage.Jobs;

/// <summary>
/// Long work as a row (law 8): what it is, how far it got, where to resume, who holds it. Whatever runs it carries only
/// the id, and may run twice.
/// </summary>
public sealed class BackgroundJob : Entity
{
    /// <summary>Which handler does it, such as <c>import</c> or <c>training</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>What to do, as the handler's own JSON.</summary>
    public string ArgumentsJson { get; set; } = "{}";

    /// <summary>One line for the page: "Import posts.csv into Community".</summary>
    public string Title { get; set; } = "";

    public JobState State { get; set; }

    /// <summary>Units done so far.</summary>
    public long Done { get; set; }

    /// <summary>Units in all; null while unknown.</summary>
    public long? Total { get; set; }

    /// <summary>What it is doing now, in words.</summary>
    public string Message { get; set; } = "";

    /// <summary>Where a new holder goes on, as the handler's own JSON; null at the start.</summary>
    public string? ResumeJson { get; set; }

    /// <summary>What came of it, as the handler's own JSON; null until it succeeded.</summary>
    public string? ResultJson { get; set; }

    /// <summary>Why it failed, fit for a person to read.</summary>
    public string? Error { get; set; }

    /// <summary>The process that works on it now.</summary>
    public string? LeaseOwner { get; set; }

    public DateTime? LeasedUntil { get; set; }

    /// <summary>How often it was taken up; a holder whose number is out of date must stop.</summary>
    public int Attempt { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>Jobs that share a non-empty key never run at the same time.</summary>
    public string ExclusiveKey { get; set; } = "";

    public long StartedById { get; set; }

    public string StartedByName { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public DateTime? StartedAt { get; set; }

    public DateTime? EndedAt { get; set; }

    public bool Ended => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;
}

public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

internal sealed class BackgroundJobConfiguration : EntityConfiguration<BackgroundJob>
{
    protected override void ConfigureEntity(EntityTypeBuilder<BackgroundJob> builder)
    {
        builder.Property(j => j.ArgumentsJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(j => j.ResumeJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(j => j.ResultJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(j => j.Error).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(j => j.Message).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(j => j.Title).HasMaxLength(ModelConventions.Unbounded);
        builder.Ignore(j => j.Ended);
        builder.HasIndex(j => new { j.State, j.LeasedUntil });
        builder.HasIndex(j => new { j.Kind, j.Id });
    }
}
