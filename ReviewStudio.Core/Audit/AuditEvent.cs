using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Audit;

/// <summary>Who did what to what, committed with the change itself (law 9). Content never appears in it.</summary>
public sealed class AuditEvent : Entity
{
    public DateTime At { get; set; }

    /// <summary>The acting account, 0 for the system.</summary>
    public long ActorId { get; set; }

    public string ActorName { get; set; } = "";

    /// <summary>What was done, such as <c>verdict.recorded</c>.</summary>
    public string Action { get; set; } = "";

    /// <summary>The kind of thing it was done to, such as <c>case</c>.</summary>
    public string SubjectKind { get; set; } = "";

    public Guid SubjectId { get; set; }

    public string DetailsJson { get; set; } = "{}";
}

internal sealed class AuditEventConfiguration : EntityConfiguration<AuditEvent>
{
    protected override void ConfigureEntity(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.Property(e => e.DetailsJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasIndex(e => new { e.SubjectId, e.Id });
        builder.HasIndex(e => new { e.Action, e.Id });
    }
}

/// <summary>Adds audit events to a context, to be committed with what they tell of.</summary>
public static class AuditTrail
{
    public static void Record(
        this StudioDbContext db, TimeProvider clock, Actor actor, string action, string subjectKind, Guid subjectId, object? details = null)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(actor);
        db.Add(new AuditEvent
        {
            At = clock.Instant(),
            ActorId = actor.ReviewerId,
            ActorName = actor.Name,
            Action = action,
            SubjectKind = subjectKind,
            SubjectId = subjectId,
            DetailsJson = details is null ? "{}" : System.Text.Json.JsonSerializer.Serialize(details),
        });
    }
}
