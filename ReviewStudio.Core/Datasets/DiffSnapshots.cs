using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>Two snapshots of one policy.</summary>
/// <param name="From">The one to start from.</param>
/// <param name="To">The one that is looked at for what is new, gone, or different.</param>
/// <param name="Most">At most so many changes are listed; all are counted.</param>
public sealed record SnapshotDiffRequest(Guid From, Guid To, int Most = int.MaxValue);

/// <summary>An item whose label differs.</summary>
/// <param name="Before">Label key in the first snapshot; null when the item was added.</param>
/// <param name="After">Label key in the second one; null when it was removed.</param>
/// <param name="Verdicts">Ids of the verdicts that brought the change about, in order; none where a policy change or an evaluation set did.</param>
public sealed record SnapshotChange(Guid CaseId, string Source, string ExternalId, string? Before, string? After, IReadOnlyList<Guid> Verdicts)
{
    /// <summary><c>added</c>, <c>removed</c> or <c>relabelled</c>.</summary>
    public string Kind => Before is null ? "added" : After is null ? "removed" : "relabelled";
}

/// <summary>What changed from one snapshot to another.</summary>
/// <param name="Changes">Relabelled items first, then removed and added ones, each by source and id.</param>
public sealed record SnapshotDiff(Snapshot From, Snapshot To, int Added, int Removed, int Relabelled, int Unchanged, IReadOnlyList<SnapshotChange> Changes)
{
    public int Total => Added + Removed + Relabelled;
}

/// <summary>Compares two snapshots of a policy item by item, from their files, and names the verdicts behind each change.</summary>
public sealed class DiffSnapshots(Database database, StudioFolders folders) : IUseCase
{
    private const int Chunk = 500;

    /// <exception cref="RefusedException"><c>snapshot.unknown</c>, <c>snapshot.other-policy</c> or <c>snapshot.files-missing</c>.</exception>
    public async Task<SnapshotDiff> RunAsync(SnapshotDiffRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        var from = await FindAsync(request.From, cancellation);
        var to = await FindAsync(request.To, cancellation);
        if (from.PolicyId != to.PolicyId)
        {
            throw new RefusedException("snapshot.other-policy", "The snapshots are of different policies, so their labels cannot be compared. Choose two of the same policy.");
        }

        var before = new Dictionary<(string Source, string ExternalId), (Guid Case, string Label)>();
        await foreach (var row in RowsAsync(from, cancellation))
        {
            before[(row.Source, row.ExternalId)] = (row.Case, row.Label);
        }

        var (unchanged, changes) = (0, new List<SnapshotChange>());
        await foreach (var row in RowsAsync(to, cancellation))
        {
            var known = before.Remove((row.Source, row.ExternalId), out var was);
            if (known && string.Equals(was.Label, row.Label, StringComparison.Ordinal))
            {
                unchanged++;
                continue;
            }

            changes.Add(new SnapshotChange(row.Case, row.Source, row.ExternalId, known ? was.Label : null, row.Label, []));
        }

        changes.AddRange(before.Select(b => new SnapshotChange(b.Value.Case, b.Key.Source, b.Key.ExternalId, b.Value.Label, null, [])));
        var listed = changes.OrderBy(Order).ThenBy(c => c.Source, StringComparer.Ordinal).ThenBy(c => c.ExternalId, StringComparer.Ordinal).Take(request.Most).ToList();
        return new SnapshotDiff(
            from,
            to,
            changes.Count(c => c.Before is null),
            changes.Count(c => c.After is null),
            changes.Count(c => c is { Before: not null, After: not null }),
            unchanged,
            await WithVerdictsAsync(listed, from, to, cancellation));
    }

    private static int Order(SnapshotChange change) => change.Before is null ? 2 : change.After is null ? 1 : 0;

    private async Task<Snapshot> FindAsync(Guid id, CancellationToken cancellation)
    {
        var snapshot = await database.ReadAsync(db => db.Set<Snapshot>().SingleOrDefaultAsync(s => s.PublicId == id, cancellation), cancellation)
            ?? throw new RefusedException("snapshot.unknown", "There is no such snapshot. The page Datasets lists those that there are.");
        return File.Exists(ExamplesOf(snapshot))
            ? snapshot
            : throw new RefusedException("snapshot.files-missing", $"The files of {snapshot.Folder} are no longer in the data folder. Restore them from a backup.");
    }

    private string ExamplesOf(Snapshot snapshot) => Path.Combine(folders.Snapshots, snapshot.Folder, "examples.jsonl");

    private async IAsyncEnumerable<(Guid Case, string Source, string ExternalId, string Label)> RowsAsync(
        Snapshot snapshot, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var line in File.ReadLinesAsync(ExamplesOf(snapshot), cancellation))
        {
            using var row = JsonDocument.Parse(line);
            var root = row.RootElement;
            yield return (
                root.GetProperty("case_id").GetGuid(), root.GetProperty("source").GetString()!, root.GetProperty("external_id").GetString()!, root.GetProperty("label").GetString()!);
        }
    }

    /// <summary>The labels that came about between the two watermarks know the verdicts that brought them.</summary>
    private async Task<List<SnapshotChange>> WithVerdictsAsync(List<SnapshotChange> changes, Snapshot from, Snapshot to, CancellationToken cancellation)
    {
        var (after, upTo) = (Math.Min(from.Watermark, to.Watermark), Math.Max(from.Watermark, to.Watermark));
        var complete = new List<SnapshotChange>(changes.Count);
        foreach (var chunk in changes.Chunk(Chunk))
        {
            var cases = chunk.Select(c => c.CaseId).ToList();
            var behind = await database.ReadAsync(
                db => (
                    from example in db.Set<LabelledExample>()
                    join reviewCase in db.Set<ReviewCase>() on example.CaseId equals reviewCase.Id
                    join verdict in db.Set<Verdict>() on example.VerdictId equals verdict.Id
                    where cases.Contains(reviewCase.PublicId) && example.PolicyId == to.PolicyId && example.Id > after && example.Id <= upTo
                    orderby example.Id
                    select new { Case = reviewCase.PublicId, Verdict = verdict.PublicId }).ToListAsync(cancellation),
                cancellation);
            var byCase = behind.ToLookup(b => b.Case, b => b.Verdict);
            complete.AddRange(chunk.Select(c => c with { Verdicts = [.. byCase[c.CaseId].Distinct()] }));
        }

        return complete;
    }
}
