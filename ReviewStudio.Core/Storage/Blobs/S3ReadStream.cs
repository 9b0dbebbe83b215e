using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>
/// An object that can be sought: its beginning comes with the first answer, what lies further on is asked for by range
/// from where the reader is. So a browser that jumps in a video fetches what it plays and no more.
/// </summary>
internal sealed class S3ReadStream : Stream
{
    /// <summary>Pictures and thumbnails come whole with the first answer, in bytes.</summary>
    private const int BeginningLength = 256 * 1024;

    private readonly AmazonS3Client _client;
    private readonly BlobOptions _options;
    private readonly string _key;
    private readonly byte[] _beginning;
    private Stream? _rest;
    private long _restAt;
    private long _position;

    private S3ReadStream(AmazonS3Client client, BlobOptions options, string key, byte[] beginning, long length)
    {
        (_client, _options, _key, _beginning) = (client, options, key, beginning);
        Length = length;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <returns>Null when there is no such object.</returns>
    public static async Task<S3ReadStream?> OpenAsync(AmazonS3Client client, BlobOptions options, string key, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetObjectAsync(
                new GetObjectRequest { BucketName = options.Bucket, Key = key, ByteRange = new ByteRange(0, BeginningLength - 1) }, cancellation);
            var length = answer.ContentRange?.Split('/') is [_, var total] && long.TryParse(total, CultureInfo.InvariantCulture, out var whole) ? whole : answer.ContentLength;
            var beginning = new byte[Math.Min(length, BeginningLength)];
            await answer.ResponseStream.ReadExactlyAsync(beginning, cancellation);
            return new S3ReadStream(client, options, key, beginning, length);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return new S3ReadStream(client, options, key, [], 0);
        }
        catch (AmazonS3Exception e) when (e is { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" })
        {
            return null;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length || buffer.Length == 0)
        {
            return 0;
        }

        int count;
        if (_position < _beginning.Length)
        {
            count = (int)Math.Min(buffer.Length, _beginning.Length - _position);
            _beginning.AsMemory((int)_position, count).CopyTo(buffer);
        }
        else
        {
            var rest = await RestAsync(cancellationToken);
            count = await rest.ReadAsync(buffer, cancellationToken);
            _restAt += count;
            if (count == 0)
            {
                throw new EndOfStreamException("The object store ended the object before its end.");
            }
        }

        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rest?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<Stream> RestAsync(CancellationToken cancellation)
    {
        if (_rest is null || _restAt != _position)
        {
            _rest?.Dispose();
            var answer = await S3Faults.ToldAsync(_options, () => _client.GetObjectAsync(
                new GetObjectRequest { BucketName = _options.Bucket, Key = _key, ByteRange = new ByteRange(_position, Length - 1) }, cancellation));
            (_rest, _restAt) = (answer.ResponseStream, _position);
        }

        return _rest;
    }
}
