using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>What a check of a snapshot found.</summary>
/// <param name="Problems">One sentence a file that is missing or altered; empty when all is as written.</param>
public sealed record SnapshotCheck(int Files, IReadOnlyList<string> Problems);

/// <summary>Compares a snapshot's files with the hashes in its manifest.</summary>
public sealed class VerifySnapshot(Database database, StudioFolders folders) : IUseCase
{
    /// <exception cref="RefusedException"><c>snapshot.unknown</c>.</exception>
    public async Task<SnapshotCheck> RunAsync(Guid snapshotId, CancellationToken cancellation)
    {
        var snapshot = await database.ReadAsync(db => db.Set<Snapshot>().SingleOrDefaultAsync(s => s.PublicId == snapshotId, cancellation), cancellation)
            ?? throw new RefusedException("snapshot.unknown", "There is no such snapshot. The page Datasets lists those that there are.");
        var manifest = SnapshotManifest.FromJson(snapshot.ManifestJson);
        var problems = new List<string>();
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(folders.Snapshots, snapshot.Folder, file.Name);
            if (!File.Exists(path))
            {
                problems.Add($"{file.Name} is missing.");
                continue;
            }

            await using var stream = File.OpenRead(path);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation)) != file.Sha256)
            {
                problems.Add($"{file.Name} was altered after it was written.");
            }
        }

        return new SnapshotCheck(manifest.Files.Count, problems);
    }
}
