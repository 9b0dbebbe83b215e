using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>
/// Blobs as objects of a bucket. What comes in is spooled to the scratch folder first, since its name is its hash: so
/// bytes that are kept already are not sent again, and what is too long never reaches the bucket.
/// </summary>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    /// <summary>Longer ones are sent in parts, in bytes; the least that a part may have is 5 MiB.</summary>
    private const long LongestAtOnce = 32L << 20;

    private readonly StudioFolders _folders;
    private readonly BlobOptions _options;
    private readonly Lazy<AmazonS3Client> _client;

    public S3BlobStore(StudioFolders folders, IOptions<BlobOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _folders = folders;
        _options = options.Value;
        _client = new Lazy<AmazonS3Client>(() => S3Faults.Told(_options, Connect));
    }

    public async Task<StoredBlob> SaveAsync(Stream content, long most, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = Path.Combine(_folders.Scratch, $"blob-{Guid.CreateVersion7():N}");
        await using var spool = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, HashedCopy.ChunkLength, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        var blob = await HashedCopy.RunAsync(content, spool, most, cancellation);
        if (!await ExistsAsync(blob.Hash, cancellation))
        {
            spool.Position = 0;
            await S3Faults.ToldAsync(_options, () => PutAsync(blob, spool, cancellation));
        }

        return blob;
    }

    public Task<Stream?> OpenAsync(string hash, CancellationToken cancellation) => S3Faults.ToldAsync<Stream?>(
        _options, async () => await S3ReadStream.OpenAsync(_client.Value, _options, KeyOf(hash), cancellation));

    public Task<bool> ExistsAsync(string hash, CancellationToken cancellation) => S3Faults.ToldAsync(_options, async () =>
    {
        try
        {
            await _client.Value.GetObjectMetadataAsync(_options.Bucket, KeyOf(hash), cancellation);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // A missing bucket answers the same; whoever writes or reads next is told.
            return false;
        }
    });

    public Task DeleteAsync(string hash, CancellationToken cancellation) => S3Faults.ToldAsync(
        _options, () => _client.Value.DeleteObjectAsync(_options.Bucket, KeyOf(hash), cancellation));

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    /// <summary>An object is seen when all of it is there, and not before.</summary>
    private async Task<bool> PutAsync(StoredBlob blob, FileStream spool, CancellationToken cancellation)
    {
        if (blob.Length <= LongestAtOnce)
        {
            // Signed over its own hash, so that a byte changed on the way is turned away.
            var request = new PutObjectRequest { BucketName = _options.Bucket, Key = KeyOf(blob.Hash), InputStream = spool, AutoCloseStream = false, UseChunkEncoding = false };
            await _client.Value.PutObjectAsync(request, cancellation);
            return true;
        }

        await PutInPartsAsync(blob, spool, cancellation);
        return true;
    }

    private async Task PutInPartsAsync(StoredBlob blob, FileStream spool, CancellationToken cancellation)
    {
        var (client, bucket, key) = (_client.Value, _options.Bucket, KeyOf(blob.Hash));
        var upload = (await client.InitiateMultipartUploadAsync(bucket, key, cancellation)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            for (var number = 1; spool.Position < blob.Length; number++)
            {
                var part = new UploadPartRequest
                {
                    BucketName = bucket, Key = key, UploadId = upload, PartNumber = number, PartSize = Math.Min(LongestAtOnce, blob.Length - spool.Position), InputStream = spool, UseChunkEncoding = false,
                };
                parts.Add(new PartETag(number, (await client.UploadPartAsync(part, cancellation)).ETag));
            }

            await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts }, cancellation);
        }
        catch
        {
            // Else its parts stay in the bucket, unseen, and cost.
            await client.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None);
            throw;
        }
    }

    private AmazonS3Client Connect()
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = _options.PathStyle ?? _options.Endpoint.Length > 0,

            // Newer checksums are known to few other object stores; blobs are checked by the hash that is their name.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (_options.Endpoint.Length > 0)
        {
            config.ServiceURL = _options.Endpoint;
            config.AuthenticationRegion = _options.Region.Length > 0 ? _options.Region : "us-east-1";
        }
        else if (_options.Region.Length > 0)
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(_options.Region);
        }

        return _options.AccessKey.Length > 0
            ? new AmazonS3Client(new BasicAWSCredentials(_options.AccessKey, _options.SecretKey), config)
            : new AmazonS3Client(config);
    }

    private string KeyOf(string hash) => $"{_options.Prefix}{HashedCopy.Demand(hash)[..2]}/{hash}";
}
