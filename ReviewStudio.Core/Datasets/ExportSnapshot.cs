using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Datasets.Cards;
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
    /// <param name="watermark">Null for the labels of this moment.</param>
    /// <exception cref="RefusedException"><c>snapshot.empty</c>, <c>snapshot.filter</c> or <c>policy.unpublished</c>.</exception>
    public async Task<Snapshot> RunAsync(
        long policyId, long? watermark, SnapshotOptions options, Actor actor, Func<int, Task>? report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        options = options.Checked();
        var version = await policies.InForceAsync(policyId, cancellation)
            ?? throw new RefusedException("policy.unpublished", "The policy has no published version, so it has no labels. Publish one first.");
        var pinned = watermark ?? await labels.WatermarkAsync(policyId, cancellation);
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

    private async Task<Written> WriteAsync(
        string aside, PolicyVersion version, long watermark, SnapshotOptions options, Func<int, Task>? report, CancellationToken cancellation)
    {
        var canonical = new CanonicalRows();
        var tally = new SnapshotTally();
        var labelOf = new Dictionary<(string Source, string ExternalId), string>();
        var known = version.Labels.Select(l => l.Key).ToHashSet(StringComparer.Ordinal);
        await using (var table = await TableWriter<ExampleRow>.CreateAsync(aside, "examples", ExampleRow.Columns, row => row.Split, cancellation))
        {
            await foreach (var row in labels.AtAsync(version.PolicyId, watermark, frozen: false, cancellation))
            {
                if (!known.Contains(row.Label) || options.Only?.Takes(row) == false)
                {
                    continue;
                }

                await table.AddAsync(row, cancellation);
                canonical.Add("example", row, ExampleRow.Columns);
                tally.Add(row);
                labelOf[(row.Source, row.ExternalId)] = row.Label;
                if (report is not null && table.Rows % 1_000 == 0)
                {
                    await report(table.Rows);
                }
            }

            await table.CompleteAsync(cancellation);
        }

        if (tally.Examples == 0)
        {
            throw options.Only is { } only
                ? new RefusedException("snapshot.empty", $"No label of this policy has {string.Join(", ", only.Words())}. Widen the filter.")
                : new RefusedException("snapshot.empty", "No case of this policy has a label yet. Judge some in the review queue, or import labelled content.");
        }

        if (options.Verdicts)
        {
            await using var table = await TableWriter<VerdictRow>.CreateAsync(aside, "verdicts", VerdictRow.Columns, shardOf: null, cancellation);
            await foreach (var row in verdicts.UpToAsync(version.PolicyId, watermark, cancellation))
            {
                // Only the verdicts of its own items: those of frozen cases would give evaluation answers away.
                if (!labelOf.ContainsKey((row.Source, row.ExternalId)))
                {
                    continue;
                }

                await table.AddAsync(row, cancellation);
                canonical.Add("verdict", row, VerdictRow.Columns);
                tally.Add(row);
            }

            await table.CompleteAsync(cancellation);
        }

        return new Written(canonical.Finish(JsonSerializer.Serialize(options)), tally, labelOf);
    }

    private async Task<Snapshot> KeepAsync(
        string aside, PolicyVersion version, long watermark, SnapshotOptions options, Written written, Actor actor, CancellationToken cancellation)
    {
        var earlier = await database.ReadAsync(
            db => db.Set<Snapshot>().Where(s => s.PolicyId == version.PolicyId).OrderByDescending(s => s.Id).ToListAsync(cancellation), cancellation);
        if (earlier.Find(s => s.LogicalHash == written.Hash && Directory.Exists(Path.Combine(folders.Snapshots, s.Folder))) is { } same)
        {
            return same;
        }

        var number = SnapshotVersion.Next(earlier.FirstOrDefault(), folders, written.LabelOf);
        var cards = await SnapshotCards.WriteAsync(aside, files => Describe(version, number, options, written, files), cancellation);
        var tally = written.Tally;
        var manifest = new SnapshotManifest(
            version.Policy.Key, version.Number, number, watermark, written.Hash, tally.Examples, tally.Verdicts, tally.Labels, options, cards);
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
                    Watermark = watermark,
                    LogicalHash = written.Hash,
                    Folder = folder,
                    OptionsJson = JsonSerializer.Serialize(options),
                    ManifestJson = manifest.ToJson(),
                    Rows = tally.Examples,
                    CreatedAt = clock.Instant(),
                };
                db.Add(snapshot);
                db.Record(clock, actor, "snapshot.created", "snapshot", snapshot.PublicId, new { version = number, hash = written.Hash, rows = tally.Examples });
                await db.SaveChangesAsync(cancellation);
                return snapshot;
            },
            cancellation);
    }

    private static CardFacts Describe(PolicyVersion version, string number, SnapshotOptions options, Written written, IReadOnlyList<SnapshotFile> files) => new(
        version.Policy.Key,
        version.Policy.Name,
        version.Number,
        number,
        written.Hash,
        options.Verdicts,
        [.. options.Only?.Words() ?? []],
        [.. version.Labels.OrderBy(l => l.Ordinal).ThenBy(l => l.Key, StringComparer.Ordinal).Select(l => new CardLabel(l.Key, l.Name, l.Severity, l.Benign))],
        written.Tally,
        files);

    private sealed record Written(string Hash, SnapshotTally Tally, Dictionary<(string Source, string ExternalId), string> LabelOf);
}
