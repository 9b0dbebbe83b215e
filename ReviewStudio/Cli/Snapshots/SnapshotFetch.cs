using System.Security.Cryptography;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;

namespace ReviewStudio.Cli.Snapshots;

/// <summary>Opens a file of a snapshot from a place on; tells where the bytes really begin.</summary>
internal delegate Task<(Stream Bytes, long From)> OpenFile(string name, long from, string? hash, CancellationToken stop);

/// <summary>
/// Fetches a snapshot's files into a folder. What is there and right is passed over, what was broken off goes on where it
/// stopped, and nothing gets its name before its hash is right.
/// </summary>
internal static class SnapshotFetch
{
    private const string Part = ".part";

    /// <returns>Bytes fetched.</returns>
    /// <exception cref="RefusedException"><c>snapshot.altered</c>: what came is not what the manifest says.</exception>
    public static async Task<long> RunAsync(string folder, IReadOnlyList<SnapshotFile> files, OpenFile open, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var fetched = 0L;
        foreach (var file in files)
        {
            fetched += await FetchAsync(folder, file, open, stop);
        }

        var (manifest, _) = await open("manifest.json", 0, null, stop);
        await using (manifest)
        {
            await using var to = File.Create(Path.Combine(folder, "manifest.json"));
            await manifest.CopyToAsync(to, stop);
        }

        return fetched;
    }

    private static async Task<long> FetchAsync(string folder, SnapshotFile file, OpenFile open, CancellationToken stop)
    {
        if (Path.GetFileName(file.Name) != file.Name || file.Name.Length == 0)
        {
            throw new RefusedException("snapshot.altered", $"The manifest names a file '{file.Name}' outside of its folder.");
        }

        var path = Path.Combine(folder, file.Name);
        if (File.Exists(path) && await HashAsync(path, stop) == file.Sha256)
        {
            return 0;
        }

        var part = path + Part;
        var have = File.Exists(part) ? new FileInfo(part).Length : 0;
        have = have < file.Bytes ? have : 0;
        var (bytes, from) = await open(file.Name, have, file.Sha256, stop);
        await using (bytes)
        {
            await using var to = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write);
            to.SetLength(from);
            to.Position = from;
            await bytes.CopyToAsync(to, stop);
        }

        if (await HashAsync(part, stop) != file.Sha256)
        {
            File.Delete(part);
            throw new RefusedException("snapshot.altered", $"{file.Name} is not what the manifest says. It was deleted; run the command again, and if that does not help, make the snapshot again.");
        }

        File.Move(part, path, overwrite: true);
        return file.Bytes - from;
    }

    private static async Task<string> HashAsync(string path, CancellationToken stop)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, stop));
    }
}
