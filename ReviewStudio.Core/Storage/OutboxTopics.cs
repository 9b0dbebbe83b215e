namespace ReviewStudio.Core.Storage;

/// <summary>What outbox messages tell of. Here, because many rooms write them and others read them.</summary>
public static class OutboxTopics
{
    /// <summary>A reviewer gave a verdict, and its undo window is over.</summary>
    public const string VerdictRecorded = "verdict.recorded";

    /// <summary>The label that a case stands at became another one, or none.</summary>
    public const string ConsensusChanged = "consensus.changed";

    /// <summary>A snapshot can be downloaded.</summary>
    public const string SnapshotReady = "snapshot.ready";

    /// <summary>A head was put in service, for the first time or again.</summary>
    public const string ModelPromoted = "model.promoted";
}
