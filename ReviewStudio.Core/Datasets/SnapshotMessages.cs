using System.Text.Json;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>Tells other systems of snapshots, in the transaction that makes them.</summary>
internal static class SnapshotMessages
{
    /// <summary>A snapshot or a new edition of one that can be downloaded.</summary>
    public static OutboxMessage Ready(Snapshot snapshot, SnapshotManifest manifest, DateTime now) => new()
    {
        Topic = OutboxTopics.SnapshotReady,
        SubjectId = snapshot.PublicId,
        PayloadJson = JsonSerializer.Serialize(new
        {
            snapshot = snapshot.PublicId,
            policy = manifest.Policy,
            policyVersion = manifest.PolicyVersion,
            version = snapshot.Version,
            edition = snapshot.Edition,
            logicalHash = snapshot.LogicalHash,
            rows = snapshot.Rows,
        }),
        CreatedAt = now,
        NotBefore = now,
    };
}
