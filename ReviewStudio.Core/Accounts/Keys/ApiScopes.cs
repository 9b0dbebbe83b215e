namespace ReviewStudio.Core.Accounts.Keys;

/// <summary>What an API key may be used for. A key never opens more than its owner's roles do.</summary>
public static class ApiScopes
{
    public const string ReadItems = "items:read";
    public const string WriteItems = "items:write";
    public const string Scan = "scan";
    public const string ScanningRead = "scanning:read";
    public const string ScanningWrite = "scanning:write";
    public const string Tasks = "tasks";
    public const string ReadSnapshots = "snapshots:read";
    public const string WriteSnapshots = "snapshots:write";
    public const string ReadModels = "models:read";
    public const string WriteModels = "models:write";
    public const string ReadPolicies = "policies:read";
    public const string WritePolicies = "policies:write";
    public const string ReadAgreement = "agreement:read";
    public const string ReadWebhooks = "webhooks:read";
    public const string WriteWebhooks = "webhooks:write";

    /// <summary>All scopes with what they allow, in the order in which they are always named.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ReadItems] = "read items, cases and import rejects",
        [WriteItems] = "send items in",
        [Scan] = "ask whether content may be published",
        [ScanningRead] = "read block rules and hash lists",
        [ScanningWrite] = "change block rules and hash lists",
        [Tasks] = "claim and answer review tasks",
        [ReadSnapshots] = "list and download snapshots",
        [WriteSnapshots] = "make snapshots",
        [ReadModels] = "list models",
        [WriteModels] = "promote models and roll them back",
        [ReadPolicies] = "read policies and queues",
        [WritePolicies] = "change policies and queues",
        [ReadAgreement] = "read figures on agreement",
        [ReadWebhooks] = "list webhooks and their deliveries",
        [WriteWebhooks] = "change webhooks and send dead letters again",
    };
}
