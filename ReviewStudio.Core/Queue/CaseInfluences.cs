using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>
/// Which parts and modalities moved a head's prediction of a case; only cases of several parts have it. Kept beside the
/// case, by head, so that a reviewer who holds the case goes on seeing what belongs to the prediction seen.
/// </summary>
public sealed class CaseInfluence
{
    public long CaseId { get; set; }

    public long HeadId { get; set; }

    /// <summary>As <see cref="Influence.ToJson"/> writes it.</summary>
    public string InfluencesJson { get; set; } = "[]";
}

internal sealed class CaseInfluenceConfiguration : IEntityTypeConfiguration<CaseInfluence>
{
    public void Configure(EntityTypeBuilder<CaseInfluence> builder)
    {
        builder.HasKey(i => new { i.CaseId, i.HeadId });
        builder.Property(i => i.InfluencesJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<ReviewCase>().WithMany().HasForeignKey(i => i.CaseId);
        builder.HasOne<Head>().WithMany().HasForeignKey(i => i.HeadId);
    }
}

/// <summary>Keeps and finds what moved predictions.</summary>
public static class CaseInfluences
{
    /// <summary>
    /// Keeps what moved a head's predictions, in the caller's write transaction. What moved those of earlier heads goes,
    /// but for cases that somebody holds under them.
    /// </summary>
    /// <param name="moved">By case; those without are passed over.</param>
    public static async Task KeepAsync(StudioDbContext db, long headId, IEnumerable<(long CaseId, IReadOnlyList<Influence>? Influences)> moved, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        var rows = moved.Where(m => m.Influences is { Count: > 0 })
            .Select(m => new CaseInfluence { CaseId = m.CaseId, HeadId = headId, InfluencesJson = Influence.ToJson(m.Influences!) }).ToList();
        if (rows.Count == 0)
        {
            return;
        }

        var ids = rows.ConvertAll(r => r.CaseId);
        await db.Set<CaseInfluence>().Where(i => ids.Contains(i.CaseId)
                && (i.HeadId == headId || !db.Set<ReviewTask>().Any(t => t.CaseId == i.CaseId && t.State == TaskState.Leased && t.ClaimedHeadId == i.HeadId)))
            .ExecuteDeleteAsync(cancellation);
        db.AddRange(rows);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>What moved a head's prediction of a case, as JSON; null where nothing is known.</summary>
    public static Task<string?> FindAsync(StudioDbContext db, long caseId, long? headId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        return headId is null
            ? Task.FromResult<string?>(null)
            : db.Set<CaseInfluence>().Where(i => i.CaseId == caseId && i.HeadId == headId).Select(i => (string?)i.InfluencesJson).SingleOrDefaultAsync(cancellation);
    }
}
