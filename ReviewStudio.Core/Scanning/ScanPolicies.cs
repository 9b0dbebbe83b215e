using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>Finds the policy and label that a rule or a hash list stands for.</summary>
internal static class ScanPolicies
{
    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>policy.unpublished</c> or <c>label.unknown</c>.</exception>
    public static async Task<Policy> HarmfulLabelAsync(Database database, PolicyBook policies, string policyKey, string labelKey, CancellationToken cancellation)
    {
        var policy = await database.ReadAsync(db => db.Set<Policy>().SingleOrDefaultAsync(p => p.Key == policyKey && p.ArchivedAt == null, cancellation), cancellation)
            ?? throw new RefusedException("policy.unknown", $"There is no policy '{policyKey}' in use.");
        var version = await policies.InForceAsync(policy.Id, cancellation)
            ?? throw new RefusedException("policy.unpublished", $"{policy.Name} has no published version, so there is no label to stand for. Publish one first.");
        return version.Labels.Find(l => l.Key == labelKey) is { Benign: false }
            ? policy
            : throw new RefusedException("label.unknown", $"Version {version.Number} of {policy.Name} has no label '{labelKey}' that stops content. Choose {string.Join(", ", version.Labels.Where(l => !l.Benign).Select(l => l.Key))}.");
    }
}
