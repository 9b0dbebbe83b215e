namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>The object store does not do what it must: a fault of the installation, and not of what was sent to it. Trying again later may help.</summary>
/// <param name="message">What is wrong and how to mend it.</param>
/// <param name="inner">What the object store's client said.</param>
public sealed class BlobStoreException(string message, Exception inner) : Exception(message, inner);
