using System.IO.Compression;
using System.Text.Json;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Import;

/// <summary>An uploaded file that is ready to be read.</summary>
/// <param name="File">The rows, as a path below the import folder.</param>
/// <param name="MediaFolder">Where the paths in the rows begin; empty where no files came along.</param>
/// <param name="MediaRoot">The folder that they may not leave.</param>
public sealed record UnpackedImport(string File, string MediaFolder, string MediaRoot);

/// <summary>Unpacks a ZIP of rows and media files, or of media files alone, within bounds. Archives in it stay closed.</summary>
public sealed class UnpackImport(StudioFolders folders) : IUseCase
{
    private const int MostEntries = 200_000;
    private const long MostBytes = 40L << 30;
    private const long FreeBytes = 16 << 20;
    private const int MostRatio = 200;
    private const string Listing = "files.jsonl";

    private static readonly string[] Tables = [".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"];

    /// <param name="relative">The uploaded file's path below the import folder. One that is no ZIP is left as it is.</param>
    /// <exception cref="RefusedException"><c>archive.…</c>: what is wrong with the archive.</exception>
    public async Task<UnpackedImport> RunAsync(string relative, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var path = ImportFiles.Resolve(folders, relative);
        if (!await IsZipAsync(path, cancellation))
        {
            return new UnpackedImport(relative, "", "");
        }

        var root = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(path)!, ImportFiles.MediaName)).FullName;
        try
        {
            using var archive = ZipFile.OpenRead(path);
            await ExtractAsync(archive, root, cancellation);
        }
        catch (Exception e) when (e is RefusedException or InvalidDataException)
        {
            Directory.Delete(root, recursive: true);
            throw e is RefusedException ? e : new RefusedException("archive.damaged", "The ZIP is damaged, encrypted or not complete. Pack it again.");
        }

        File.Delete(path);
        return await FindRowsAsync(relative, root, cancellation);
    }

    /// <summary>A listing with one row a file, for files that come without rows.</summary>
    public static async Task ListAsync(string folder, string listing, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(listing);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
            await writer.WriteLineAsync(JsonSerializer.Serialize(new { id = name, parts = new[] { new { path = name } } }).AsMemory(), cancellation);
        }
    }

    private static async Task<bool> IsZipAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var head = new byte[4];
        var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        return length == head.Length && (head.AsSpan().SequenceEqual("PK\x03\x04"u8) || head.AsSpan().SequenceEqual("PK\x05\x06"u8));
    }

    private static async Task ExtractAsync(ZipArchive archive, string root, CancellationToken cancellation)
    {
        if (archive.Entries.Count > MostEntries)
        {
            throw new RefusedException("archive.entries", $"The ZIP holds {archive.Entries.Count:N0} files; at most {MostEntries:N0} are unpacked. Split it.");
        }

        var buffer = new byte[128 * 1024];
        long total = 0;
        foreach (var entry in archive.Entries.Where(e => e.Name.Length > 0))
        {
            var target = Path.GetFullPath(Path.Combine(root, entry.FullName.Replace('\\', '/')));
            if (!target.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new RefusedException("archive.path", "The ZIP holds a file whose name leads out of it. Pack it again, with names below one folder.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using var source = await entry.OpenAsync(cancellation);
            await using var file = new FileStream(target, FileMode.Create, FileAccess.Write);
            long length = 0;
            while (await source.ReadAsync(buffer, cancellation) is > 0 and var count)
            {
                (length, total) = (length + count, total + count);
                if (total > MostBytes || (length > FreeBytes && length / Math.Max(1, entry.CompressedLength) > MostRatio))
                {
                    throw new RefusedException("archive.bomb", "The ZIP unpacks to far more than it holds, as a bomb does. Pack the files themselves.");
                }

                await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }
        }
    }

    private async Task<UnpackedImport> FindRowsAsync(string relative, string root, CancellationToken cancellation)
    {
        var table = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => Tables.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .OrderBy(f => f.Count(c => c == Path.DirectorySeparatorChar)).ThenBy(f => Array.IndexOf(Tables, Path.GetExtension(f).ToLowerInvariant())).ThenBy(f => f, StringComparer.Ordinal)
            .FirstOrDefault();
        var rows = Path.Combine(Path.GetDirectoryName(relative)!, table is null ? Listing : ImportFiles.SafeName(Path.GetFileName(table)));
        if (table is null)
        {
            await ListAsync(root, ImportFiles.Resolve(folders, rows), cancellation);
        }
        else
        {
            File.Move(table, ImportFiles.Resolve(folders, rows));
        }

        return new UnpackedImport(rows, table is null ? root : Path.GetDirectoryName(table)!, root);
    }
}
