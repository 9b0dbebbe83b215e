using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>A snapshot in a list.</summary>
/// <param name="Present">Whether its folder is there; its files can be read only then.</param>
public sealed record SnapshotView(Snapshot Snapshot, string PolicyKey, string PolicyName, SnapshotManifest Manifest, bool Present);

/// <summary>A frozen evaluation set in a list.</summary>
/// <param name="Labels">Cases by label key.</param>
public sealed record FrozenSetView(string PolicyKey, string PolicyName, string Name, bool ForGates, DateTime CreatedAt, SortedDictionary<string, int> Labels)
{
    public int Cases => Labels.Values.Sum();
}

/// <summary>All snapshots, newest first, and the frozen sets that they leave out.</summary>
public sealed class ListSnapshots(Database database, StudioFolders folders) : IUseCase
{
    private const int Most = 500;

    /// <param name="policyKey">Null for those of all policies.</param>
    public async Task<List<SnapshotView>> RunAsync(string? policyKey, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        var rows = await database.ReadAsync(
            db => (
                from snapshot in db.Set<Snapshot>()
                join policy in db.Set<Policy>() on snapshot.PolicyId equals policy.Id
                where policyKey == null || policy.Key == policyKey
                orderby snapshot.Id descending
                select new { snapshot, policy.Key, policy.Name }).Take(Most).ToListAsync(cancellation),
            cancellation);
        return rows.ConvertAll(r => new SnapshotView(
            r.snapshot, r.Key, r.Name, SnapshotManifest.FromJson(r.snapshot.ManifestJson), Directory.Exists(Path.Combine(folders.Snapshots, r.snapshot.Folder))));
    }

    /// <summary>The frozen sets, by policy.</summary>
    public async Task<List<FrozenSetView>> FrozenAsync(string? policyKey, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        var (sets, counts) = await database.ReadAsync(
            async db => (
                await (
                    from frozen in db.Set<FrozenSet>()
                    join policy in db.Set<Policy>() on frozen.PolicyId equals policy.Id
                    where policyKey == null || policy.Key == policyKey
                    orderby policy.Name, frozen.Id
                    select new { frozen, policy.Key, policy.Name }).ToListAsync(cancellation),
                await db.Set<FrozenMember>().GroupBy(m => new { m.FrozenSetId, m.LabelKey })
                    .Select(g => new { g.Key.FrozenSetId, g.Key.LabelKey, Cases = g.Count() }).ToListAsync(cancellation)),
            cancellation);
        return sets.ConvertAll(s => new FrozenSetView(
            s.Key,
            s.Name,
            s.frozen.Name,
            s.frozen.ForGates,
            s.frozen.CreatedAt,
            new SortedDictionary<string, int>(counts.Where(c => c.FrozenSetId == s.frozen.Id).ToDictionary(c => c.LabelKey, c => c.Cases), StringComparer.Ordinal)));
    }
}
