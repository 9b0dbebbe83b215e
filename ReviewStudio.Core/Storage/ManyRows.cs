using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ReviewStudio.Core.Storage;

/// <summary>Adding many rows of one kind at once.</summary>
public static class ManyRows
{
    /// <inheritdoc cref="IDatabaseProvider.InsertAsync{T}"/>
    public static Task InsertAsync<T>(this StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity => db.GetService<IDatabaseProvider>().InsertAsync(db, rows, cancellation);

    /// <summary>The same through the change tracker: for engines without a way of their own, and for few rows.</summary>
    public static async Task InsertTrackedAsync<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var row in rows)
        {
            db.Entry(row).State = EntityState.Added;
        }

        await db.SaveChangesAsync(cancellation);
        foreach (var row in rows)
        {
            db.Entry(row).State = EntityState.Detached;
        }
    }
}
