using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
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
    /// <exception cref="RefusedException"><c>snapshot.empty</c> or <c>policy.unpublished</c>.</exception>
    public async Task<Snapshot> RunAsync(
        long policyId, long? watermark, SnapshotOptions options, Actor actor, Func<int, Task>? report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
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
        var histogram = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var labelOf = new Dictionary<(string Source, string ExternalId), string>();
        var known = version.Labels.Select(l => l.Key).ToHashSet(StringComparer.Ordinal);
        int examples;
        await using (var table = await TableWriter<ExampleRow>.CreateAsync(aside, "examples", ExampleRow.Columns, cancellation))
        {
            await foreach (var row in labels.AtAsync(version.PolicyId, watermark, frozen: false, cancellation))
            {
                if (!known.Contains(row.Label))
                {
                    continue;
                }

                await table.AddAsync(row, cancellation);
                canonical.Add("example", row, ExampleRow.Columns);
                histogram[row.Label] = histogram.GetValueOrDefault(row.Label) + 1;
                labelOf[(row.Source, row.ExternalId)] = row.Label;
                if (report is not null && table.Rows % 1_000 == 0)
                {
                    await report(table.Rows);
                }
            }

            await table.CompleteAsync(cancellation);
            examples = table.Rows;
        }

        if (examples == 0)
        {
            throw new RefusedException("snapshot.empty", "No case of this policy has a label yet. Judge some in the review queue, or import labelled content.");
        }

        var verdictRows = 0;
        if (options.Verdicts)
        {
            await using var table = await TableWriter<VerdictRow>.CreateAsync(aside, "verdicts", VerdictRow.Columns, cancellation);
            await foreach (var row in verdicts.UpToAsync(version.PolicyId, watermark, cancellation))
            {
                await table.AddAsync(row, cancellation);
                canonical.Add("verdict", row, VerdictRow.Columns);
            }

            await table.CompleteAsync(cancellation);
            verdictRows = table.Rows;
        }

        return new Written(canonical.Finish(JsonSerializer.Serialize(options)), examples, verdictRows, histogram, labelOf);
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
        var manifest = new SnapshotManifest(
            version.Policy.Key, version.Number, number, watermark, written.Hash, written.Examples, written.Verdicts, written.Histogram, options, Files(aside));
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
                    Rows = written.Examples,
                    CreatedAt = clock.Instant(),
                };
                db.Add(snapshot);
                db.Record(clock, actor, "snapshot.created", "snapshot", snapshot.PublicId, new { version = number, hash = written.Hash, rows = written.Examples });
                await db.SaveChangesAsync(cancellation);
                return snapshot;
            },
            cancellation);
    }

    private static List<SnapshotFile> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(path =>
        {
            using var stream = File.OpenRead(path);
            return new SnapshotFile(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        })];

    private sealed record Written(
        string Hash, int Examples, int Verdicts, SortedDictionary<string, int> Histogram, Dictionary<(string Source, string ExternalId), string> LabelOf);
}
