using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>
/// Keeps frozen sets in the labels of the version in force. A member that must be judged again leaves its set: its
/// answer is no longer known. Its case stays marked as frozen, so that it never trains a head.
/// </summary>
public sealed class FrozenSetsFollowPolicy : IPolicyPublished, IUseCase
{
    /// <inheritdoc />
    public int Order => 30;

    /// <inheritdoc />
    public async Task FollowAsync(StudioDbContext db, PolicyPublication publication, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(publication);
        var changed = publication.Map.Changed.ToList();
        var members = await db.Set<FrozenMember>()
            .Where(m => changed.Contains(m.LabelKey) && db.Set<FrozenSet>().Any(s => s.Id == m.FrozenSetId && s.PolicyId == publication.PolicyId))
            .ToListAsync(cancellation);
        foreach (var member in members)
        {
            if (publication.Map.Find(member.LabelKey) is { } key)
            {
                member.LabelKey = key;
            }
            else
            {
                db.Remove(member);
            }
        }

        await db.SaveChangesAsync(cancellation);
    }
}
