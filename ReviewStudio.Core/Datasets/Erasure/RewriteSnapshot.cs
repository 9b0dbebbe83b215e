using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets.Cards;
using ReviewStudio.Core.Datasets.Writing;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets.Erasure;

/// <summary>
/// Makes a new edition of a snapshot without an item: its files are read row by row and written anew, so that nothing else
/// in it changes, whatever happened to labels and policy since. The manifest keeps the logical hash of the edition before.
/// </summary>
public sealed class RewriteSnapshot(Database database, StudioFolders folders, PolicyBook policies, TimeProvider clock) : IUseCase
{
    /// <returns>False when the snapshot does not hold the item.</returns>
    internal async Task<bool> RunAsync(Snapshot snapshot, Item item, ErasureArguments why, Actor actor, CancellationToken cancellation)
    {
        var folder = Path.Combine(folders.Snapshots, snapshot.Folder);
        if (!await SnapshotFiles.HoldsAsync(folder, item.Source, item.ExternalId, cancellation))
        {
            return false;
        }

        var aside = Path.Combine(folders.Snapshots, $".making-{Guid.NewGuid():N}");
        Directory.CreateDirectory(aside);
        try
        {
            var manifest = await WriteAsync(folder, aside, snapshot, item, why, cancellation);
            var name = $"{manifest.Policy}-{manifest.Version}-{manifest.LogicalHash[..8]}";
            var place = Path.Combine(folders.Snapshots, name);
            if (Directory.Exists(place))
            {
                // Left by an end between moving the files and committing the row.
                Directory.Delete(place, recursive: true);
            }

            Directory.Move(aside, place);
            await KeepAsync(snapshot.Id, name, manifest, actor, cancellation);
            Directory.Delete(folder, recursive: true);
            return true;
        }
        finally
        {
            if (Directory.Exists(aside))
            {
                Directory.Delete(aside, recursive: true);
            }
        }
    }

    /// <summary>Deletes the folder of a former edition if it is still there.</summary>
    internal static void Drop(StudioFolders folders, Snapshot snapshot, SnapshotErasure former)
    {
        var policy = SnapshotManifest.FromJson(snapshot.ManifestJson).Policy;
        var name = $"{policy}-{snapshot.Version}-{former.LogicalHash[..8]}";
        var folder = Path.Combine(folders.Snapshots, name);
        if (!string.Equals(name, snapshot.Folder, StringComparison.Ordinal) && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<SnapshotManifest> WriteAsync(string folder, string aside, Snapshot snapshot, Item item, ErasureArguments why, CancellationToken cancellation)
    {
        var old = SnapshotManifest.FromJson(snapshot.ManifestJson);
        var tables = new SnapshotTables(aside, old.Options);
        bool Stays(string source, string externalId) => source != item.Source || externalId != item.ExternalId;
        await tables.ExamplesAsync(SnapshotFiles.ExamplesAsync(folder, cancellation).Where(r => Stays(r.Source, r.ExternalId)), null, cancellation);
        if (old.Options.Verdicts)
        {
            await tables.VerdictsAsync(SnapshotFiles.VerdictsAsync(folder, cancellation).Where(r => Stays(r.Source, r.ExternalId)), cancellation, all: true);
        }

        tables.Tally.Bridges = old.Bridges;
        var (tally, hash) = (tables.Tally, tables.Hash());
        var version = await policies.VersionAsync(snapshot.PolicyVersionId, cancellation);
        var erasures = old.Erasures.Append(new SnapshotErasure(old.LogicalHash, why.At, why.Reason, 1)).ToList();
        var files = await SnapshotCards.WriteAsync(
            aside, f => CardFacts.Of(version, snapshot.Version, old.Options, hash, tally, f) with { Erasures = erasures }, cancellation);
        var manifest = old with
        {
            LogicalHash = hash, Examples = tally.Examples, Verdicts = tally.Verdicts, Labels = tally.Labels, Files = files, Edition = old.Edition + 1, Erasures = erasures,
        };
        await File.WriteAllTextAsync(Path.Combine(aside, "manifest.json"), manifest.ToJson(), cancellation);
        return manifest;
    }

    private Task KeepAsync(long id, string folder, SnapshotManifest manifest, Actor actor, CancellationToken cancellation) => database.WriteAsync(
        async db =>
        {
            var snapshot = await db.Set<Snapshot>().SingleAsync(s => s.Id == id, cancellation);
            var before = snapshot.LogicalHash;
            (snapshot.Folder, snapshot.LogicalHash, snapshot.ManifestJson) = (folder, manifest.LogicalHash, manifest.ToJson());
            (snapshot.Rows, snapshot.Edition) = (manifest.Examples, manifest.Edition);
            db.Record(clock, actor, "snapshot.reissued", "snapshot", snapshot.PublicId, new { edition = manifest.Edition, before, after = manifest.LogicalHash });
            db.Add(SnapshotMessages.Ready(snapshot, manifest, clock.Instant()));
            await db.SaveChangesAsync(cancellation);
        },
        cancellation);
}
