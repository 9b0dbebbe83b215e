using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Hosting.Checks;

/// <summary>Whether the object store behind media takes, gives back and deletes. A folder is looked at with the data folder.</summary>
internal sealed class BlobStoreCheck(IBlobStore blobs, IOptions<BlobOptions> options) : ISystemCheck
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    public int Order => 12;

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation)
    {
        if (options.Value.Store == BlobPlace.Folder)
        {
            return [];
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Most);
        try
        {
            return [await ProbeAsync(limit.Token)];
        }
        catch (BlobStoreException e)
        {
            return [new("Object store", Health.Failed, e.Message, "Until then media cannot be shown or taken in.")];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [new("Object store", Health.Failed, $"No answer within {Most.TotalSeconds} s.", "Check Blobs:Endpoint and the network.")];
        }
    }

    private async Task<Finding> ProbeAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var bytes = RandomNumberGenerator.GetBytes(32);
        var blob = await blobs.SaveAsync(new MemoryStream(bytes), bytes.Length, cancellation);
        var back = new byte[bytes.Length];
        await using (var content = await blobs.OpenAsync(blob.Hash, cancellation))
        {
            if (content is null || await content.ReadAtLeastAsync(back, back.Length, throwOnEndOfStream: false, cancellation) < back.Length || !back.AsSpan().SequenceEqual(bytes))
            {
                return new("Object store", Health.Failed, "It does not give back what it was given.", "Check that Blobs:Bucket is a bucket for this installation alone.");
            }
        }

        await blobs.DeleteAsync(blob.Hash, cancellation);
        return new("Object store", Health.Ok, $"The bucket '{options.Value.Bucket}' took, gave back and deleted 32 bytes in {watch.ElapsedMilliseconds} ms.");
    }
}
