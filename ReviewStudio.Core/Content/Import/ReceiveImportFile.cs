using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Takes a file in: copies it into a folder of its own below the import folder.</summary>
public sealed class ReceiveImportFile(StudioFolders folders) : IUseCase
{
    private const int ChunkLength = 128 * 1024;

    /// <param name="content">Read to its end.</param>
    /// <param name="name">The name it had where it came from.</param>
    /// <param name="received">Told the bytes that are in so far; null for nobody.</param>
    /// <returns>The file's path below the import folder.</returns>
    public async Task<string> RunAsync(Stream content, string name, Action<long>? received, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var relative = Path.Combine(Guid.CreateVersion7().ToString("N"), ImportFiles.SafeName(name));
        var path = ImportFiles.Resolve(folders, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            var buffer = new byte[ChunkLength];
            long total = 0;
            while (await content.ReadAsync(buffer, cancellation) is > 0 and var count)
            {
                await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
                total += count;
                received?.Invoke(total);
            }

            file.Flush(flushToDisk: true);
        }
        catch
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
            throw;
        }

        return relative;
    }
}
