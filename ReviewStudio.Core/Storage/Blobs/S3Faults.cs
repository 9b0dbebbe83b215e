using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>What an object store's answers mean to whoever operates the installation.</summary>
internal static class S3Faults
{
    public static T Told<T>(BlobOptions options, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException)
        {
            throw Say(options, e);
        }
    }

    /// <exception cref="BlobStoreException">It failed; the message says why, and holds no credentials.</exception>
    public static async Task<T> ToldAsync<T>(BlobOptions options, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException)
        {
            throw Say(options, e);
        }
    }

    private static BlobStoreException Say(BlobOptions options, Exception fault)
    {
        var place = options.Endpoint.Length > 0 ? options.Endpoint : "Amazon S3";
        var words = (fault as AmazonS3Exception)?.ErrorCode switch
        {
            "NoSuchBucket" => $"The bucket '{options.Bucket}' does not exist at {place}. Make it, or name another one by Blobs:Bucket.",
            "InvalidAccessKeyId" => $"{place} does not know the access key. Check Blobs:AccessKey.",
            "SignatureDoesNotMatch" => $"The secret key is not that of the access key at {place}. Check Blobs:SecretKey.",
            "PermanentRedirect" or "AuthorizationHeaderMalformed" => $"The bucket '{options.Bucket}' lies in another region. Set Blobs:Region.",
            _ when fault is AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } =>
                $"{place} refuses access to the bucket '{options.Bucket}'. The access key must be known there and may get, put and delete its objects and list it.",
            _ when fault is AmazonServiceException { StatusCode: >= HttpStatusCode.MultipleChoices } service => $"{place} answered {(int)service.StatusCode} {service.ErrorCode} for the bucket '{options.Bucket}'.",
            _ when fault is AmazonClientException =>
                $"There are no credentials for {place}. Set Blobs:AccessKey and Blobs:SecretKey, or give the machine a role. ({fault.Message})",
            _ => $"{place} does not answer: {(fault.InnerException ?? fault).Message} Check Blobs:Endpoint and the network.",
        };
        return new BlobStoreException(words, fault);
    }
}
