using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks;

/// <summary>The events that can be subscribed to.</summary>
public static class WebhookEvents
{
    /// <summary>What a subscriber gets to try its receiver out; nobody subscribes to it.</summary>
    public const string Test = "webhook.test";

    /// <summary>Each event with what it tells, in the order in which they are always named.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [OutboxTopics.VerdictRecorded] = "a verdict was given, and can no longer be undone",
        [OutboxTopics.ConsensusChanged] = "the label of a case changed",
        [OutboxTopics.SnapshotReady] = "a snapshot can be downloaded",
        [OutboxTopics.ModelPromoted] = "a model was put in service",
    };
}
