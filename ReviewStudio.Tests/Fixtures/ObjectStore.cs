using System.Diagnostics;
using ReviewStudio.Core.Storage.Blobs;
using ReviewStudio.Tests.Architecture;
using ReviewStudio.Tests.Fixtures;
using Xunit;

[assembly: AssemblyFixture(typeof(ObjectStore))]

namespace ReviewStudio.Tests.Fixtures;

/// <summary>
/// A local S3 server from npm, of the test run's own: started when a test first asks for it, and ended with the run, even
/// when that is killed.
/// </summary>
public sealed class ObjectStore : IAsyncDisposable
{
    /// <summary>The server's own account.</summary>
    public const string Key = "S3RVER";

    private const string Bucket = "studio";

    private static readonly string Folder = Path.Combine(Repository.Root, "ReviewStudio.Tests", "Fixtures", "object-store");
    private static readonly Lazy<Task<(Process Node, string Port)>> Running = new(StartAsync);
    private static readonly TempFolder Kept = new();

    /// <summary>Settings of a place of one's own in its bucket; skips the test where the server is not installed.</summary>
    public static async Task<BlobOptions> NewAsync()
    {
        Assert.SkipWhen(
            !Directory.Exists(Path.Combine(Folder, "node_modules", "s3rver")), "The local S3 server is not here: run 'npm ci --ignore-scripts' in ReviewStudio.Tests/Fixtures/object-store");
        var (_, port) = await Running.Value;
        return new BlobOptions { Store = BlobPlace.S3, Bucket = Bucket, Endpoint = $"http://127.0.0.1:{port}", AccessKey = Key, SecretKey = Key, Prefix = $"{Guid.NewGuid():N}/" };
    }

    /// <summary>How many objects lie in a place of <see cref="NewAsync"/>.</summary>
    public static int Count(BlobOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var place = Path.Combine(Kept.Path, Bucket, options.Prefix.TrimEnd('/'));
        return Directory.Exists(place) ? Directory.EnumerateFiles(place, "*_object", SearchOption.AllDirectories).Count() : 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (Running.IsValueCreated)
        {
            var (node, _) = await Running.Value;
            node.StandardInput.Close();
            await node.WaitForExitAsync();
            node.Dispose();
            Kept.Dispose();
        }
    }

    private static async Task<(Process Node, string Port)> StartAsync()
    {
        var node = Process.Start(new ProcessStartInfo("node", ["serve.mjs", Kept.Path, Bucket])
        {
            WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        return await node.StandardOutput.ReadLineAsync() is { Length: > 0 } port
            ? (node, port)
            : throw new InvalidOperationException("The local S3 server is installed, but did not start.");
    }
}
