using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Import;

/// <summary>
/// What later rooms do with items that come in: open cases, keep labels, keep predictions. Runs in the transaction that
/// adds the items, in ascending order.
/// </summary>
public interface IItemIntake
{
    int Order { get; }

    Task AcceptAsync(StudioDbContext db, IntakeContext context, IReadOnlyList<IncomingItem> items, CancellationToken cancellation);
}

/// <summary>Where the items go and in whose name.</summary>
/// <param name="QueueId">The review queue that their cases join.</param>
/// <param name="LabelUse">What becomes of the labels that come along.</param>
/// <param name="PastReviewer">With <see cref="LabelUse.Verdict"/>: whose verdicts the labels are, where a row names nobody.</param>
/// <param name="Classifier">The name of the classifier whose scores come along; empty for none.</param>
/// <param name="Actor">Who imports.</param>
public sealed record IntakeContext(long QueueId, LabelUse LabelUse, string PastReviewer, string Classifier, Actor Actor)
{
    /// <summary>The queue's policy.</summary>
    public long PolicyId { get; init; }
}

/// <summary>An item that was just added (its key is set), with what its row said beside the content.</summary>
/// <param name="Item">The new item with its parts; the context need not track it.</param>
/// <param name="Label">The label's key as the policy spells it; null when the row has none.</param>
/// <param name="Reviewer">Who gave the label; null when the row names nobody.</param>
/// <param name="Scores">Probabilities by label key from an external classifier; null when the row has none.</param>
public sealed record IncomingItem(Item Item, string? Label, string? Reviewer, IReadOnlyDictionary<string, double>? Scores)
{
    /// <summary>Overrides the import's label use for this item; null to follow it.</summary>
    public LabelUse? LabelUse { get; init; }

    /// <summary>What becomes of its label; <see cref="Import.LabelUse.Ignore"/> where it has none.</summary>
    public LabelUse UseIn(IntakeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Label is null ? Import.LabelUse.Ignore : LabelUse ?? context.LabelUse;
    }
}

public enum LabelUse
{
    /// <summary>Labels are left out.</summary>
    Ignore,

    /// <summary>Known answers, mixed in to measure reviewers.</summary>
    Gold,

    /// <summary>Verdicts of a named past reviewer.</summary>
    Verdict,

    /// <summary>The frozen evaluation set: read by the gates, never trained on.</summary>
    Frozen,
}
