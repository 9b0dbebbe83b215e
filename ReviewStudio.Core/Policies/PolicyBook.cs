using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>Published policy versions, read once and kept: they never change.</summary>
public sealed class PolicyBook(Database database) : IUseCase
{
    private readonly ConcurrentDictionary<long, PolicyVersion> _versions = new();

    /// <summary>The version with its policy and its labels in order. Do not change it: it is shared.</summary>
    /// <exception cref="InvalidOperationException">There is no such version.</exception>
    public async Task<PolicyVersion> VersionAsync(long versionId, CancellationToken cancellation)
    {
        if (_versions.TryGetValue(versionId, out var known))
        {
            return known;
        }

        var version = await database.ReadAsync(
            db => db.Set<PolicyVersion>().Include(v => v.Policy).Include(v => v.Labels.OrderBy(l => l.Ordinal))
                .SingleOrDefaultAsync(v => v.Id == versionId, cancellation),
            cancellation) ?? throw new InvalidOperationException($"There is no policy version {versionId}.");
        return version.State == PolicyVersionState.Draft ? version : _versions.GetOrAdd(versionId, version);
    }

    /// <summary>The version in force, or null when the policy has none yet.</summary>
    public async Task<PolicyVersion?> InForceAsync(long policyId, CancellationToken cancellation)
    {
        var id = await database.ReadAsync(db => InForceIdAsync(db, policyId, cancellation), cancellation);
        return id is { } versionId ? await VersionAsync(versionId, cancellation) : null;
    }

    /// <summary>The key of the version in force, read in the caller's transaction.</summary>
    public static Task<long?> InForceIdAsync(StudioDbContext db, long policyId, CancellationToken cancellation) =>
        db.Set<PolicyVersion>().Where(v => v.PolicyId == policyId && v.State == PolicyVersionState.Published)
            .OrderByDescending(v => v.Number).Select(v => (long?)v.Id).FirstOrDefaultAsync(cancellation);
}
