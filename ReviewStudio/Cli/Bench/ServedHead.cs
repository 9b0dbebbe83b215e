using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>Puts a head that a measurement has fitted in service, past its gates: what it is worth is not what is measured.</summary>
internal static class ServedHead
{
    /// <param name="head">All of it but its file.</param>
    /// <param name="save">Writes the file to the path that it is given.</param>
    public static async Task<Head> KeepAsync(IServiceProvider services, Head head, Action<string> save, CancellationToken stop)
    {
        var files = services.GetRequiredService<HeadFiles>();
        var path = files.PathOf(".bench");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        save(path);
        head.FileHash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, stop)));
        await files.KeepAsync(path, head.FileHash, stop);
        (head.State, head.Trainer, head.SnapshotHash, head.CreatedAt) = (HeadState.Champion, "bench", "bench", TimeProvider.System.Instant());
        return await services.GetRequiredService<Database>().WriteAsync(
            async db =>
            {
                await db.Set<Head>().Where(h => h.PolicyId == head.PolicyId && h.State == HeadState.Champion).ExecuteUpdateAsync(set => set.SetProperty(h => h.State, HeadState.Retired), stop);
                db.Add(head);
                await db.SaveChangesAsync(stop);
                return head;
            },
            stop);
    }
}
