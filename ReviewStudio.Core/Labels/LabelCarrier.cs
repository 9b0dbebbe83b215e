using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>
/// Carries stored labels over to another policy version: into the key that the map names, or out of use with the case
/// back in line. Labels whose key stays are left alone. History is never rewritten: a row is appended (law 7).
/// </summary>
public sealed class LabelCarrier(TimeProvider clock) : IUseCase
{
    /// <summary>Carries the labels of cases that stand at one, in the caller's write transaction.</summary>
    /// <param name="cases">Tracked; they are in the new version already and hold a label of the old one.</param>
    /// <param name="map">From the old version to the new.</param>
    /// <returns>The cases whose labels changed, with their new rows.</returns>
    internal async Task<List<CaseLabel>> CarryAsync(
        StudioDbContext db, IReadOnlyCollection<ReviewCase> cases, LabelMap map, long toVersionId, PublicationTally tally, CancellationToken cancellation)
    {
        foreach (var policyId in cases.Select(c => c.PolicyId).Distinct().Order())
        {
            await LabelWatermark.AnnounceAsync(db, policyId, cancellation);
        }

        var ids = cases.Select(c => c.Id).ToList();
        var latest = await db.Set<LabelledExample>().AsNoTracking()
            .Where(e => ids.Contains(e.CaseId) && e.Id == db.Set<LabelledExample>().Where(o => o.CaseId == e.CaseId).Max(o => o.Id))
            .ToDictionaryAsync(e => e.CaseId, cancellation);
        var now = clock.Instant();
        var withdrawn = new List<ReviewCase>();
        var carried = new List<CaseLabel>();
        foreach (var reviewCase in cases)
        {
            var key = map.Find(reviewCase.LabelKey!);
            if (string.Equals(key, reviewCase.LabelKey, StringComparison.Ordinal))
            {
                continue;
            }

            var was = latest.GetValueOrDefault(reviewCase.Id);
            var row = new LabelledExample
            {
                CaseId = reviewCase.Id,
                PolicyId = reviewCase.PolicyId,
                PolicyVersionId = toVersionId,
                LabelKey = key,
                Confidence = key is null ? 0 : was?.Confidence ?? 1,
                SoftLabelJson = key is null ? "{}" : Carry(was?.SoftLabelJson, map, key),
                Method = key is null ? "withdrawn" : "mapped",
                Reviewers = key is null ? 0 : was?.Reviewers ?? 0,
                VerdictId = key is null ? null : was?.VerdictId,
                FromCaseId = key is null ? null : was?.FromCaseId,
                CreatedAt = now,
            };
            db.Add(row);
            carried.Add(new CaseLabel(reviewCase, row));
            reviewCase.LabelKey = key;
            reviewCase.ConcurrencyStamp = Guid.NewGuid();
            if (key is null)
            {
                reviewCase.State = CaseState.Open;
                withdrawn.Add(reviewCase);
                tally.LabelsWithdrawn++;
            }
            else
            {
                tally.LabelsMapped++;
            }
        }

        await db.SaveChangesAsync(cancellation);
        await ReopenAsync(db, withdrawn, toVersionId, tally, cancellation);
        return carried;
    }

    /// <summary>
    /// Opens the tasks that cases want whose verdicts no longer all count. Who gave a verdict that counts no more may
    /// judge the case again: its task lets go of the reviewer, whom the verdict itself still names.
    /// </summary>
    internal static async Task ReopenAsync(
        StudioDbContext db, IReadOnlyCollection<ReviewCase> cases, long versionId, PublicationTally tally, CancellationToken cancellation)
    {
        if (cases.Count == 0)
        {
            return;
        }

        var ids = cases.Select(c => c.Id).ToList();
        var verdicts = await StandingVerdicts.ReadAsync(db, ids, versionId, cancellation);
        var voided = verdicts.Where(v => v.Standing is null).Select(v => v.TaskId).ToList();
        await db.Set<ReviewTask>().Where(t => voided.Contains(t.Id) && t.State == TaskState.Done)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Cancelled).SetProperty(t => t.ReviewerId, (long?)null), cancellation);
        await db.Set<ReviewTask>()
            .Where(t => ids.Contains(t.CaseId) && t.State == TaskState.Pending && (t.Purpose == TaskPurpose.Gold || t.Purpose == TaskPurpose.Adjudication))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Cancelled), cancellation);
        var standing = verdicts.Where(v => v.Standing is not null).ToLookup(v => v.CaseId);
        tally.TasksOpened += await WantedTasks.OpenAsync(
            db, [.. cases.Select(c => new WaitingCase(c, standing[c.Id].Count()))], cancellation);
    }

    /// <summary>The soft label in new keys: merged shares add up, shares without a counterpart drop out, the rest sums to 1.</summary>
    private static string Carry(string? softLabelJson, LabelMap map, string key)
    {
        var old = JsonSerializer.Deserialize<Dictionary<string, double>>(softLabelJson ?? "{}") ?? [];
        var shares = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (label, share) in old)
        {
            if (map.Find(label) is { } carried)
            {
                shares[carried] = shares.GetValueOrDefault(carried) + share;
            }
        }

        var sum = shares.Values.Sum();
        return JsonSerializer.Serialize(sum > 0 ? shares.ToDictionary(s => s.Key, s => s.Value / sum) : new Dictionary<string, double> { [key] = 1 });
    }
}
