using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>Accounts of people whose verdicts come in with an import: found by their name, or made without a way to sign in.</summary>
internal static class PastReviewers
{
    /// <returns>Account keys by display name.</returns>
    public static async Task<Dictionary<string, long>> FindAsync(
        StudioDbContext db, TimeProvider clock, IEnumerable<string> displayNames, CancellationToken cancellation)
    {
        var names = displayNames.Distinct(StringComparer.Ordinal).ToList();
        var found = (await db.Set<Reviewer>().Where(r => names.Contains(r.DisplayName)).OrderBy(r => r.Id).ToListAsync(cancellation))
            .GroupBy(r => r.DisplayName, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var name in names.Where(n => !found.ContainsKey(n)))
        {
            var id = Guid.CreateVersion7();
            var userName = $"past-{id:N}";
            found[name] = new Reviewer
            {
                PublicId = id,
                UserName = userName,
                NormalizedUserName = userName.ToUpperInvariant(),
                DisplayName = name,
                SecurityStamp = id.ToString("N"),
                Active = false,
                CreatedAt = clock.Instant(),
            };
            db.Add(found[name]);
        }

        await db.SaveChangesAsync(cancellation);
        return found.ToDictionary(f => f.Key, f => f.Value.Id, StringComparer.Ordinal);
    }
}
