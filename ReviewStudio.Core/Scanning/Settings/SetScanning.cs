using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Settings;

/// <summary>How a policy shall be scanned by.</summary>
/// <param name="Policy">The policy's key.</param>
/// <param name="Queue">The key of a queue of this policy.</param>
/// <param name="Thresholds">By label key. Labels that are left out have none.</param>
public sealed record ScanForm(
    string Policy, bool Enabled, string Queue, ScanOutcome WhenUnscored, ScanOutcome WhenLate, IReadOnlyDictionary<string, Threshold> Thresholds);

/// <summary>Sets how a policy is scanned by, as a new edition: what answered before can still be told.</summary>
public sealed class SetScanning(Database database, PolicyBook policies, ScanBook book, TimeProvider clock) : IUseCase
{
    /// <returns>The edition's number; the number in force when nothing differs from it.</returns>
    /// <exception cref="ValidationException">Thresholds are not in order; each mistake names its label.</exception>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>policy.unpublished</c> or <c>queue.unknown</c>.</exception>
    public async Task<int> RunAsync(ScanForm form, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var policy = await database.ReadAsync(db => db.Set<Policy>().SingleOrDefaultAsync(p => p.Key == form.Policy && p.ArchivedAt == null, cancellation), cancellation)
            ?? throw new RefusedException("policy.unknown", $"There is no policy '{form.Policy}' in use.");
        var version = await policies.InForceAsync(policy.Id, cancellation)
            ?? throw new RefusedException("policy.unpublished", $"{policy.Name} has no published version. Publish one, then set thresholds for its labels.");
        Check(form, version);
        var thresholds = form.Thresholds.Where(t => t.Value is not { ReviewAt: null, BlockAt: null }).OrderBy(t => t.Key, StringComparer.Ordinal)
            .ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);
        var number = await database.WriteAsync(db => AddAsync(db, form, policy, JsonSerializer.Serialize(thresholds), actor, cancellation), cancellation);
        book.Forget();
        return number;
    }

    private async Task<int> AddAsync(StudioDbContext db, ScanForm form, Policy policy, string thresholds, Actor actor, CancellationToken cancellation)
    {
        await db.LockAsync($"scan-settings:{policy.Id}", LockKind.Exclusive, cancellation);
        var queue = await db.Set<ReviewQueue>().AsNoTracking().SingleOrDefaultAsync(q => q.Key == form.Queue && q.PolicyId == policy.Id && q.ArchivedAt == null, cancellation)
            ?? throw new RefusedException("queue.unknown", $"{policy.Name} has no queue '{form.Queue}' in use. Choose one of its queues, or make one.");
        var last = await db.Set<ScanSettings>().AsNoTracking().Where(s => s.PolicyId == policy.Id).OrderByDescending(s => s.Number).FirstOrDefaultAsync(cancellation);
        var next = new ScanSettings
        {
            PolicyId = policy.Id,
            Number = (last?.Number ?? 0) + 1,
            Enabled = form.Enabled,
            QueueId = queue.Id,
            WhenUnscored = form.WhenUnscored,
            WhenLate = form.WhenLate,
            ThresholdsJson = thresholds,
            CreatedAt = clock.Instant(),
            CreatedById = actor.ReviewerId,
        };
        if (last is not null && (last.Enabled, last.QueueId, last.WhenUnscored, last.WhenLate, last.ThresholdsJson)
            == (next.Enabled, next.QueueId, next.WhenUnscored, next.WhenLate, next.ThresholdsJson))
        {
            return last.Number;
        }

        db.Add(next);
        db.Record(clock, actor, "scanning.set", "policy", policy.PublicId, new { next.Number, next.Enabled, queue = queue.Key, next.WhenUnscored, next.WhenLate, thresholds });
        await db.SaveChangesAsync(cancellation);
        return next.Number;
    }

    private static void Check(ScanForm form, PolicyVersion version)
    {
        var mistakes = new List<ValidationFailure>();
        void Mistake(string label, string words) => mistakes.Add(new ValidationFailure($"Thresholds.{label}", words));
        foreach (var (key, (review, block)) in form.Thresholds)
        {
            var label = version.Labels.Find(l => l.Key == key);
            if (label is null)
            {
                Mistake(key, $"Version {version.Number} has no label '{key}'.");
            }
            else if (label.Benign && (review ?? block) is not null)
            {
                Mistake(key, $"{label.Name} is the harmless answer: a threshold on it would stop what is allowed.");
            }

            if (review is not (null or (> 0 and <= 1)) || block is not (null or (> 0 and <= 1)))
            {
                Mistake(key, "A threshold lies above 0 and at most at 1; empty is never.");
            }
            else if (review > block)
            {
                Mistake(key, "Blocking starts no lower than review.");
            }
        }

        foreach (var (name, outcome) in new[] { (nameof(ScanForm.WhenUnscored), form.WhenUnscored), (nameof(ScanForm.WhenLate), form.WhenLate) })
        {
            if (!Enum.IsDefined(outcome))
            {
                mistakes.Add(new ValidationFailure(name, "Choose allow, review or block."));
            }
        }

        if (mistakes.Count > 0)
        {
            throw new ValidationException(mistakes);
        }
    }
}
