using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Settings;

/// <summary>A policy as its scanning page shows it.</summary>
/// <param name="Version">The version in force.</param>
/// <param name="Number">The edition in force; 0 while nobody has set any.</param>
/// <param name="Form">As it stands; what is usual where nothing was set.</param>
/// <param name="Queues">Keys and names of the policy's queues in use.</param>
/// <param name="Head">Number of the head in service; null when none is.</param>
public sealed record PolicyScanning(
    PolicyVersion Version, int Number, ScanForm Form, IReadOnlyList<(string Key, string Name)> Queues, int? Head, IReadOnlyList<ScanDayView> Days);

/// <summary>What a day's scans came to.</summary>
public sealed record ScanDayView(DateOnly Day, long Allowed, long Reviewed, long Blocked);

/// <summary>Reads how the policies are scanned by, and what it came to in the last days.</summary>
public sealed class ReadScanning(Database database, PolicyBook policies, TimeProvider clock) : IUseCase
{
    private const int DaysBack = 30;

    /// <returns>All policies in use with a published version, by name.</returns>
    public async Task<List<PolicyScanning>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var since = ScanDay.Of(clock.Instant()) - DaysBack + 1;
        var (all, settings, queues, heads, days) = await database.ReadAsync(
            async db => (
                await db.Set<Policy>().Where(p => p.ArchivedAt == null).OrderBy(p => p.Name).ThenBy(p => p.Id).ToListAsync(cancellation),
                await InForce(db).ToDictionaryAsync(s => s.PolicyId, cancellation),
                (await db.Set<ReviewQueue>().Where(q => q.ArchivedAt == null).OrderBy(q => q.Name).ThenBy(q => q.Id).ToListAsync(cancellation)).ToLookup(q => q.PolicyId),
                await db.Set<Head>().Where(h => h.State == HeadState.Champion).ToDictionaryAsync(h => h.PolicyId, h => h.Number, cancellation),
                (await db.Set<ScanDay>().Where(d => d.Day >= since).ToListAsync(cancellation)).ToLookup(d => d.PolicyId)),
            cancellation);
        var views = new List<PolicyScanning>();
        foreach (var policy in all)
        {
            if (await policies.InForceAsync(policy.Id, cancellation) is { } version)
            {
                var set = settings.GetValueOrDefault(policy.Id);
                views.Add(new PolicyScanning(
                    version, set?.Number ?? 0, Form(policy, version, set, [.. queues[policy.Id]]), [.. queues[policy.Id].Select(q => (q.Key, q.Name))],
                    heads.TryGetValue(policy.Id, out var head) ? head : null, Days(days[policy.Id])));
            }
        }

        return views;
    }

    /// <summary>The editions in force.</summary>
    internal static IQueryable<ScanSettings> InForce(StudioDbContext db) =>
        db.Set<ScanSettings>().Where(s => !db.Set<ScanSettings>().Any(later => later.PolicyId == s.PolicyId && later.Number > s.Number));

    private static ScanForm Form(Policy policy, PolicyVersion version, ScanSettings? set, List<ReviewQueue> queues)
    {
        if (set is null)
        {
            return new ScanForm(
                policy.Key, false, queues.FirstOrDefault()?.Key ?? "", ScanOutcome.Review, ScanOutcome.Review,
                version.Labels.ToDictionary(l => l.Key, ScanSettings.Usual, StringComparer.Ordinal));
        }

        var given = set.Thresholds();
        return new ScanForm(
            policy.Key, set.Enabled, queues.Find(q => q.Id == set.QueueId)?.Key ?? "", set.WhenUnscored, set.WhenLate,
            version.Labels.ToDictionary(l => l.Key, l => given.GetValueOrDefault(l.Key) ?? new Threshold(null, null), StringComparer.Ordinal));
    }

    private static List<ScanDayView> Days(IEnumerable<ScanDay> days) =>
        [.. days.OrderBy(d => d.Day).Select(d => new ScanDayView(DateOnly.FromDateTime(ScanDay.Epoch.AddDays(d.Day)), d.Allowed, d.Reviewed, d.Blocked))];
}
