using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Holding;

namespace ReviewStudio.Core.Review;

/// <summary>All that the workbench shows of one claimed task. A gold task looks like any other.</summary>
public sealed record TaskSheet
{
    public required TaskClaim Claim { get; init; }

    public required DateTime LeasedUntil { get; init; }

    /// <summary>The case's public id.</summary>
    public required Guid CaseId { get; init; }

    public required long QueueId { get; init; }

    public required string QueueName { get; init; }

    public required int UndoSeconds { get; init; }

    public required int LeaseSeconds { get; init; }

    /// <summary>The version to judge by, with policy and labels in order. Shared: not to be changed.</summary>
    public required PolicyVersion Policy { get; init; }

    /// <summary>The item with its parts in order.</summary>
    public required Item Item { get; init; }

    /// <summary>What is known of the item's media, by their hash.</summary>
    public IReadOnlyDictionary<string, MediaProbe> Media { get; init; } = new Dictionary<string, MediaProbe>(StringComparer.Ordinal);

    /// <summary>What the encoders saw and heard in the item's media, by their hash; without those that none has looked at.</summary>
    public IReadOnlyDictionary<string, EncodedMedia> Encoded { get; init; } = new Dictionary<string, EncodedMedia>(StringComparer.Ordinal);

    /// <summary>What of the item the model did not look at.</summary>
    public IReadOnlyList<Unseen> NotLookedAt { get; init; } = [];

    /// <summary>The prediction is withheld so that the verdict is not swayed.</summary>
    public required bool Blind { get; init; }

    /// <summary>Reviewers disagree and this verdict settles it.</summary>
    public required bool Adjudication { get; init; }

    /// <summary>What the others said, oldest first; only where this verdict settles the case, else empty.</summary>
    public required IReadOnlyList<CaseOpinion> Opinions { get; init; }

    /// <summary>What came along with a hand-over or an escalation; empty for none.</summary>
    public required string Message { get; init; }

    /// <summary>What the head said when the task was claimed; null when blind or unscored.</summary>
    public required ShownPrediction? Prediction { get; init; }

    /// <summary>What was judged before of the same or nearly the same content; empty where the verdict must not be swayed by it.</summary>
    public IReadOnlyList<JudgedCopy> Copies { get; init; } = [];

    /// <summary>What else is known of the case, as sentences; empty as above.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>The reviewer's own unfinished answer, as the workbench saved it.</summary>
    public required string? DraftJson { get; init; }

    /// <summary>The rest of the conversation, oldest first.</summary>
    public required IReadOnlyList<ContextItem> Thread { get; init; }

    /// <summary>The author's other cases under this policy, newest first.</summary>
    public required IReadOnlyList<EarlierCase> AuthorHistory { get; init; }
}

/// <param name="ByLabel">Probability by label key of the sheet's policy version; labels that went away are left out.</param>
/// <param name="Reason">Why the case stands where it stands, in words.</param>
public sealed record ShownPrediction(long HeadId, int HeadNumber, string HeadFileHash, IReadOnlyDictionary<string, double> ByLabel, string Reason)
{
    /// <summary>Whether the head looked at every part by itself; else at the text alone.</summary>
    public bool ReadsParts { get; init; }

    /// <summary>Which parts and modalities moved it; empty for items of one part.</summary>
    public IReadOnlyList<ShownInfluence> Influences { get; init; } = [];
}

/// <summary>By how much a part, or all of one modality, moved a prediction.</summary>
/// <param name="Part">The part's number in its item; null where a modality is meant.</param>
/// <param name="Name">What it is called: <c>picture 2</c>, or <c>pictures</c>.</param>
/// <param name="Moved">Probability with it less that without it, by label key of the sheet's policy version.</param>
public sealed record ShownInfluence(int? Part, Inference.Fusion.Modality? Modality, string Name, IReadOnlyDictionary<string, double> Moved);

/// <summary>Another item of the conversation.</summary>
public sealed record ContextItem(string Author, string Text, DateTime? PublishedAt, string ExternalId);

/// <summary>An earlier case of the author; no label while undecided.</summary>
public sealed record EarlierCase(string Text, DateTime? PublishedAt, string? LabelKey);
