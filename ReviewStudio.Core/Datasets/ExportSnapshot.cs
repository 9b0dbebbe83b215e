using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Datasets.Cards;
using ReviewStudio.Core.Datasets.Splitting;
using ReviewStudio.Core.Datasets.Writing;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>
/// Writes a snapshot: the labels of a policy at a watermark, as files and a row. Asking again for the same labels gives
/// the snapshot that is there. Files are written aside and moved into place before the row is committed, so a broken-off
/// export leaves nothing that looks finished.
/// </summary>
public sealed class ExportSnapshot(
    Database database, StudioFolders folders, PolicyBook policies, ReadLabels labels, ReadVerdicts verdicts, TimeProvider clock) : IUseCase
{
    /// <param name="pin">Null for the labels and frozen cases of this moment.</param>
    /// <exception cref="RefusedException"><c>snapshot.empty</c>, <c>snapshot.filter</c> or <c>policy.unpublished</c>.</exception>
    public async Task<Snapshot> RunAsync(
        long policyId, SnapshotPin? pin, SnapshotOptions options, Actor actor, Func<int, Task>? report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        options = options.Checked();
        var version = await policies.InForceAsync(policyId, cancellation)
            ?? throw new RefusedException("policy.unpublished", "The policy has no published version, so it has no labels. Publish one first.");
        var pinned = pin is null ? await labels.PinAsync(policyId, cancellation) : await WithMarkAsync(policyId, pin, cancellation);
        var aside = Path.Combine(folders.Snapshots, $".making-{Guid.NewGuid():N}");
        Directory.CreateDirectory(aside);
        try
        {
            var written = await WriteAsync(aside, version, pinned, options, report, cancellation);
            return await KeepAsync(aside, version, pinned, options, written, actor, cancellation);
        }
        finally
        {
            if (Directory.Exists(aside))
            {
                Directory.Delete(aside, recursive: true);
            }
        }
    }

    /// <summary>A watermark alone means the snapshot that was made there: its frozen cases, not those frozen since.</summary>
    private async Task<SnapshotPin> WithMarkAsync(long policyId, SnapshotPin pin, CancellationToken cancellation)
    {
        if (pin is { FrozenMark: not null, LikenessMark: not null })
        {
            return pin;
        }

        var made = await database.ReadAsync(
            db => db.Set<Snapshot>().Where(s => s.PolicyId == policyId && s.Watermark == pin.Watermark).OrderBy(s => s.Id).Select(s => s.ManifestJson).FirstOrDefaultAsync(cancellation),
            cancellation);
        var manifest = made is null ? null : SnapshotManifest.FromJson(made);
        return await database.ReadAsync(
            async db => pin with
            {
                FrozenMark = pin.FrozenMark ?? manifest?.FrozenMark ?? await FrozenMarks.HighestAsync(db, policyId, cancellation),
                LikenessMark = pin.LikenessMark ?? manifest?.LikenessMark ?? await FrozenMarks.HighestPrintAsync(db, cancellation),
            },
            cancellation);
    }

    private async Task<Written> WriteAsync(
        string aside, PolicyVersion version, SnapshotPin pin, SnapshotOptions options, Func<int, Task>? report, CancellationToken cancellation)
    {
        var tables = new SnapshotTables(aside, options);
        await tables.ExamplesAsync(ChosenAsync(tables.Tally, version, pin, options, cancellation), report, cancellation);
        if (tables.Tally.Examples == 0)
        {
            throw options.Only is { } only
                ? new RefusedException("snapshot.empty", $"No label of this policy has {string.Join(", ", only.Words())}. Widen the filter.")
                : new RefusedException("snapshot.empty", "No case of this policy has a label yet. Judge some in the review queue, or import labelled content.");
        }

        if (options.Verdicts)
        {
            await tables.VerdictsAsync(verdicts.UpToAsync(version.PolicyId, pin.Watermark, cancellation), cancellation);
        }

        return new Written(tables.Hash(), tables.Tally);
    }

    private async IAsyncEnumerable<ExampleRow> ChosenAsync(
        SnapshotTally tally, PolicyVersion version, SnapshotPin pin, SnapshotOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var known = version.Labels.Select(l => l.Key).ToHashSet(StringComparer.Ordinal);
        var splits = new SplitKeeper();
        await foreach (var row in labels.AtAsync(version.PolicyId, pin, cancellation))
        {
            if (splits.Place(row) && known.Contains(row.Label) && options.Only?.Takes(row) != false)
            {
                yield return row;
            }
        }

        tally.Bridges = splits.Bridges;
    }

    private async Task<Snapshot> KeepAsync(
        string aside, PolicyVersion version, SnapshotPin pin, SnapshotOptions options, Written written, Actor actor, CancellationToken cancellation)
    {
        var earlier = await database.ReadAsync(
            db => db.Set<Snapshot>().Where(s => s.PolicyId == version.PolicyId).OrderByDescending(s => s.Id).ToListAsync(cancellation), cancellation);
        if (earlier.Find(s => s.LogicalHash == written.Hash && Directory.Exists(Path.Combine(folders.Snapshots, s.Folder))) is { } same)
        {
            return same;
        }

        var number = SnapshotVersion.Next(earlier.FirstOrDefault(), folders, aside);
        var cards = await SnapshotCards.WriteAsync(aside, files => CardFacts.Of(version, number, options, written.Hash, written.Tally, files), cancellation);
        var tally = written.Tally;
        var manifest = new SnapshotManifest(
            version.Policy.Key, version.Number, number, pin.Watermark, written.Hash, tally.Examples, tally.Verdicts, tally.Labels, options, cards)
        {
            FrozenMark = pin.FrozenMark ?? 0, LikenessMark = pin.LikenessMark ?? 0, Bridges = tally.Bridges,
        };
        await File.WriteAllTextAsync(Path.Combine(aside, "manifest.json"), manifest.ToJson(), cancellation);
        var folder = $"{version.Policy.Key}-{number}-{written.Hash[..8]}";
        var place = Path.Combine(folders.Snapshots, folder);
        if (Directory.Exists(place))
        {
            // Left by an export that was killed between moving its files and committing its row.
            Directory.Delete(place, recursive: true);
        }

        Directory.Move(aside, place);
        return await database.WriteAsync(
            async db =>
            {
                var snapshot = new Snapshot
                {
                    PolicyId = version.PolicyId,
                    PolicyVersionId = version.Id,
                    Version = number,
                    Watermark = pin.Watermark,
                    LogicalHash = written.Hash,
                    Folder = folder,
                    OptionsJson = JsonSerializer.Serialize(options),
                    ManifestJson = manifest.ToJson(),
                    Rows = tally.Examples,
                    CreatedAt = clock.Instant(),
                };
                db.Add(snapshot);
                db.Record(clock, actor, "snapshot.created", "snapshot", snapshot.PublicId, new { version = number, hash = written.Hash, rows = tally.Examples });
                db.Add(SnapshotMessages.Ready(snapshot, manifest, clock.Instant()));
                await db.SaveChangesAsync(cancellation);
                return snapshot;
            },
            cancellation);
    }

    private sealed record Written(string Hash, SnapshotTally Tally);
}
