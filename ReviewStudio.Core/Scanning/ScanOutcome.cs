namespace ReviewStudio.Core.Scanning;

/// <summary>What a scan says of content, from mild to strict: of several policies the strictest counts.</summary>
public enum ScanOutcome
{
    /// <summary>May be published.</summary>
    Allow,

    /// <summary>A person should judge it; it waits in the policy's queue.</summary>
    Review,

    /// <summary>Should not be published.</summary>
    Block,
}

/// <summary>What an outcome rests on.</summary>
public enum ScanReason
{
    /// <summary>The head's probabilities against the thresholds.</summary>
    Probability,

    /// <summary>A block rule matched.</summary>
    Rule,

    /// <summary>The content stands on a hash list.</summary>
    Hash,

    /// <summary>The policy has no head in service that reads such content; the setting for that case applies.</summary>
    Unscored,

    /// <summary>The time budget ran out before the head had answered; the setting for that case applies.</summary>
    Late,
}
