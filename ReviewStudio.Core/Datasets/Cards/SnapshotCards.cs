using System.Security.Cryptography;

namespace ReviewStudio.Core.Datasets.Cards;

/// <summary>Writes what stands beside the data: the README, the Croissant description and the checksums.</summary>
internal static class SnapshotCards
{
    /// <summary>Checks with <c>sha256sum -c</c>. It lists all files but itself and the manifest, which lists it.</summary>
    public const string Checksums = "SHA256SUMS";

    /// <param name="describe">Given the data files, what the cards say.</param>
    /// <returns>All files of the folder, by name.</returns>
    public static async Task<List<SnapshotFile>> WriteAsync(string folder, Func<IReadOnlyList<SnapshotFile>, CardFacts> describe, CancellationToken cancellation)
    {
        var files = await HashAsync(folder, [], cancellation);
        var readme = DatasetCard.Write(describe(files));
        await File.WriteAllTextAsync(Path.Combine(folder, DatasetCard.FileName), readme, cancellation);
        files = await HashAsync(folder, files, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, Croissant.FileName), Croissant.Write(describe(files)), cancellation);
        files = await HashAsync(folder, files, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, Checksums), string.Concat(files.Select(f => $"{f.Sha256}  {f.Name}\n")), cancellation);
        return await HashAsync(folder, files, cancellation);
    }

    /// <param name="known">Files that have been read already: a data file is large, and is read once.</param>
    private static async Task<List<SnapshotFile>> HashAsync(string folder, List<SnapshotFile> known, CancellationToken cancellation)
    {
        var files = new List<SnapshotFile>();
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (known.Find(f => string.Equals(f.Name, name, StringComparison.Ordinal)) is { } file)
            {
                files.Add(file);
                continue;
            }

            await using var stream = File.OpenRead(path);
            files.Add(new SnapshotFile(name, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation))));
        }

        return files;
    }
}
