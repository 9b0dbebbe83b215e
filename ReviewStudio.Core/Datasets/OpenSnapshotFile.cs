using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>A file of a snapshot, to download.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">A name that tells the snapshot, for the one who keeps it.</param>
/// <param name="Hash">SHA-256 of its bytes as they were written, in lower-case hex.</param>
public sealed record SnapshotDownload(string Path, string Name, string Hash);

/// <summary>Finds a file of a snapshot. Only names that the manifest knows lead anywhere.</summary>
public sealed class OpenSnapshotFile(Database database, StudioFolders folders) : IUseCase
{
    private const string ManifestName = "manifest.json";

    /// <exception cref="RefusedException"><c>snapshot.unknown</c> or <c>snapshot-file.unknown</c>.</exception>
    public async Task<SnapshotDownload> RunAsync(Guid snapshotId, string name, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        var snapshot = await database.ReadAsync(db => db.Set<Snapshot>().SingleOrDefaultAsync(s => s.PublicId == snapshotId, cancellation), cancellation)
            ?? throw new RefusedException("snapshot.unknown", "There is no such snapshot. The page Datasets lists those that there are.");
        var file = SnapshotManifest.FromJson(snapshot.ManifestJson).Files.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.Ordinal));
        var known = file?.Name ?? (string.Equals(name, ManifestName, StringComparison.Ordinal) ? ManifestName : null);
        if (known is null)
        {
            throw new RefusedException("snapshot-file.unknown", "The snapshot has no such file. Its manifest names those that it has.");
        }

        var path = Path.Combine(folders.Snapshots, snapshot.Folder, known);
        return File.Exists(path)
            ? new SnapshotDownload(path, $"{snapshot.Folder}-{known}", file?.Sha256 ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(snapshot.ManifestJson))))
            : throw new RefusedException("snapshot-file.unknown", "The file is no longer in the data folder. Restore it from a backup, or make the snapshot again.");
    }
}
