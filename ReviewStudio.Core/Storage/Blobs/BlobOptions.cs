namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>Where blobs are kept.</summary>
public enum BlobPlace
{
    /// <summary>Below the data folder.</summary>
    Folder,

    /// <summary>In a bucket of an object store that speaks S3.</summary>
    S3,
}

/// <summary>Settings of the blob store: the section <c>Blobs</c> of the configuration.</summary>
public sealed class BlobOptions
{
    public BlobPlace Store { get; set; }

    /// <summary>The bucket; it is not made by the program.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The address of the object store; empty for Amazon's own of <see cref="Region"/>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>The region, such as <c>eu-central-1</c>; most other object stores take any.</summary>
    public string Region { get; set; } = "";

    /// <summary>Whether the bucket stands in the path instead of the host name; where not said, with an <see cref="Endpoint"/> it does.</summary>
    public bool? PathStyle { get; set; }

    /// <summary>What the names of all objects begin with.</summary>
    public string Prefix { get; set; } = "blobs/";

    /// <summary>Empty: the standard places are looked through (environment, profile, role of the machine).</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>Goes with <see cref="AccessKey"/>. Never logged.</summary>
    public string SecretKey { get; set; } = "";
}
