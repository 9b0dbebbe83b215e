using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ReviewStudio.Core.Storage;

/// <summary>Adding many rows of one kind at once.</summary>
public static class ManyRows
{
    /// <inheritdoc cref="IDatabaseProvider.InsertAsync{T}"/>
    public static Task InsertAsync<T>(this StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity => db.GetService<IDatabaseProvider>().InsertAsync(db, rows, cancellation);
}
