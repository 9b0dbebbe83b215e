using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements.Keeping;

/// <summary>
/// The answer to a question about many verdicts, kept so that a page need not wait for it. It may be deleted at any time:
/// whoever asks next has it measured again.
/// </summary>
public sealed class KeptFigures : Entity
{
    public long PolicyId { get; set; }

    /// <summary>SHA-256 of <see cref="QuestionJson"/> in hex: questions are longer than an index key may be.</summary>
    public string Question { get; set; } = "";

    /// <summary>A <see cref="FigureQuestion"/>.</summary>
    public string QuestionJson { get; set; } = "{}";

    /// <summary>The figures, as <see cref="FigureJson"/> writes them; null before they were first measured.</summary>
    public string? FiguresJson { get; set; }

    /// <summary>Why they could not be measured the last time; null when they were.</summary>
    public string? Error { get; set; }

    /// <summary>The edition in whose labels they are told.</summary>
    public long? PolicyVersionId { get; set; }

    /// <summary>The last verdict that there was when measuring began.</summary>
    public long Watermark { get; set; }

    public DateTime? MeasuredAt { get; set; }

    public int TookMilliseconds { get; set; }

    /// <summary>Somebody waits for them; a job measures them and takes this back.</summary>
    public bool Wanted { get; set; }

    public DateTime AskedAt { get; set; }
}

internal sealed class KeptFiguresConfiguration : EntityConfiguration<KeptFigures>
{
    protected override void ConfigureEntity(EntityTypeBuilder<KeptFigures> builder)
    {
        builder.Property(f => f.Question).HasMaxLength(64);
        builder.Property(f => f.QuestionJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(f => f.FiguresJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(f => f.Error).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<Policy>().WithMany().HasForeignKey(f => f.PolicyId);
        builder.HasIndex(f => new { f.PolicyId, f.Question }).IsUnique();
    }
}
