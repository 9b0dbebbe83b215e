using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReviewStudio.Core.Storage;

/// <summary>A count that a page shows and that would take too long to make while somebody waits for the page.</summary>
public sealed class Tally
{
    /// <summary>What is counted, such as <c>lane:7:pending</c>.</summary>
    public string Name { get; set; } = "";

    public long Count { get; set; }

    /// <summary>The instant that the count is true of.</summary>
    public DateTime CountedAt { get; set; }
}

internal sealed class TallyConfiguration : IEntityTypeConfiguration<Tally>
{
    public void Configure(EntityTypeBuilder<Tally> builder)
    {
        builder.HasKey(t => t.Name);
        builder.Property(t => t.Name).HasMaxLength(192);
    }
}

/// <summary>Reads and keeps tallies.</summary>
public static class Tallies
{
    /// <summary>So many are counted while the page is made; only beyond that a tally stands in.</summary>
    public const int CountedAtOnce = 2_000;

    /// <summary>All tallies by name: a few for each queue and lane.</summary>
    public static Task<Dictionary<string, Tally>> ReadAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.Set<Tally>().AsNoTracking().ToDictionaryAsync(t => t.Name, StringComparer.Ordinal, cancellation);
    }

    /// <summary>Keeps counts in the caller's write transaction.</summary>
    /// <param name="add">Adds to what is there instead of replacing it.</param>
    public static async Task KeepAsync(StudioDbContext db, IReadOnlyDictionary<string, long> counts, bool add, DateTime now, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(counts);
        await db.LockAsync("tallies", LockKind.Exclusive, cancellation);
        var names = counts.Keys.ToList();
        var rows = await db.Set<Tally>().Where(t => names.Contains(t.Name)).ToDictionaryAsync(t => t.Name, StringComparer.Ordinal, cancellation);
        foreach (var (name, count) in counts)
        {
            if (!rows.TryGetValue(name, out var row))
            {
                rows[name] = row = new Tally { Name = name };
                db.Add(row);
            }

            (row.Count, row.CountedAt) = (add ? row.Count + count : count, now);
        }

        await db.SaveChangesAsync(cancellation);
    }
}
