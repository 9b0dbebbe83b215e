using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>Finds the map between any two published versions of a policy, over all editions between them.</summary>
public sealed class LabelMaps(Database database) : IUseCase
{
    private readonly ConcurrentDictionary<(long From, long To), LabelMap> _known = new();

    /// <summary>The map, read once and kept: published versions never change. Empty when they are not of one policy.</summary>
    public async Task<LabelMap> BetweenAsync(long fromVersionId, long toVersionId, CancellationToken cancellation)
    {
        if (_known.TryGetValue((fromVersionId, toVersionId), out var known))
        {
            return known;
        }

        var map = await database.ReadAsync(db => ReadAsync(db, fromVersionId, toVersionId, cancellation), cancellation);
        return _known.GetOrAdd((fromVersionId, toVersionId), map);
    }

    /// <summary>The same, read in the caller's transaction: it sees a version that is just being published.</summary>
    public static async Task<LabelMap> ReadAsync(StudioDbContext db, long fromVersionId, long toVersionId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        if (fromVersionId == toVersionId)
        {
            var keys = await db.Set<PolicyLabel>().Where(l => l.PolicyVersionId == fromVersionId).Select(l => l.Key).ToListAsync(cancellation);
            return LabelMap.Identity(keys);
        }

        var ends = await db.Set<PolicyVersion>().Where(v => v.Id == fromVersionId || v.Id == toVersionId)
            .Select(v => new { v.Id, v.PolicyId, v.Number }).ToDictionaryAsync(v => v.Id, cancellation);
        if (ends.Count != 2 || ends[fromVersionId].PolicyId != ends[toVersionId].PolicyId)
        {
            return new LabelMap([]);
        }

        if (ends[fromVersionId].Number > ends[toVersionId].Number)
        {
            return (await ReadAsync(db, toVersionId, fromVersionId, cancellation)).Reverse();
        }

        var policyId = ends[fromVersionId].PolicyId;
        var steps = await (
            from mapping in db.Set<LabelMapping>().AsNoTracking()
            join version in db.Set<PolicyVersion>() on mapping.ToVersionId equals version.Id
            where version.PolicyId == policyId && version.Number > ends[fromVersionId].Number && version.Number <= ends[toVersionId].Number
            orderby version.Number
            select new { version.Number, Mapping = mapping }).ToListAsync(cancellation);
        var maps = steps.GroupBy(s => s.Number).OrderBy(g => g.Key).Select(g => LabelMap.Of(g.Select(s => s.Mapping))).ToList();
        return maps.Count == 0 ? new LabelMap([]) : maps.Aggregate((first, next) => first.Then(next));
    }
}
