namespace ReviewStudio.Core.Scanning;

/// <summary>May it be published?</summary>
/// <param name="Id">The scan's own id.</param>
/// <param name="Outcome">The strictest of the policies' outcomes.</param>
/// <param name="Item">The item that was kept; null when nothing was.</param>
/// <param name="Language">As given or detected; <c>und</c> when undecided.</param>
/// <param name="Encoder">The encoder versions that looked at it.</param>
/// <param name="NotLookedAt">What the scan did not see, in sentences; empty when it saw all.</param>
public sealed record ScanAnswer(
    Guid Id, ScanOutcome Outcome, IReadOnlyList<PolicyAnswer> Policies, Guid? Item, string Language, string Encoder, IReadOnlyList<string> NotLookedAt, double Milliseconds);

/// <summary>The outcome under one policy.</summary>
/// <param name="PolicyVersion">The version in force.</param>
/// <param name="Settings">The edition of the scan settings: it has the thresholds.</param>
/// <param name="Head">Number of the head that scored; null where none did.</param>
/// <param name="Label">The label that decided; null when nothing spoke against publishing.</param>
/// <param name="Probabilities">By label key; null where no head scored.</param>
/// <param name="Thresholds">By label key, of the labels that have any.</param>
/// <param name="Matched">The rule or hash list that matched; null when none did.</param>
/// <param name="Case">The case that was opened or was there already; null when none was needed.</param>
public sealed record PolicyAnswer(
    string Policy, int PolicyVersion, int Settings, int? Head, ScanOutcome Outcome, ScanReason Reason, string? Label, IReadOnlyDictionary<string, double>? Probabilities,
    IReadOnlyDictionary<string, Threshold> Thresholds, ScanMatch? Matched, Guid? Case);

/// <summary>What matched.</summary>
/// <param name="Kind"><c>rule</c> or <c>hash</c>.</param>
/// <param name="Id">The rule's or the hash list's id.</param>
public sealed record ScanMatch(string Kind, Guid Id, string Name);

/// <summary>From which probability of a label on content goes to review or is blocked.</summary>
/// <param name="ReviewAt">Above 0 and at most 1; null for never.</param>
/// <param name="BlockAt">Above 0 and at most 1, and not below <paramref name="ReviewAt"/>; null for never.</param>
public sealed record Threshold(double? ReviewAt, double? BlockAt);

/// <summary>More was sent than can be answered. Nothing was kept: the same request may be sent again.</summary>
public sealed class ScanBusyException() : Exception("More scans are waiting than can be answered in time. Send this one again in a second, or add a node.");
