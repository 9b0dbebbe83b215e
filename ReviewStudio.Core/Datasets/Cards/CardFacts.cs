using System.Globalization;
using ReviewStudio.Core.Policies;

namespace ReviewStudio.Core.Datasets.Cards;

/// <summary>A label as a card shows it.</summary>
/// <param name="Severity">0 (harmless) to 3 (severe).</param>
internal sealed record CardLabel(string Key, string Name, int Severity, bool Benign);

/// <summary>All that the cards of a snapshot say. It holds nothing that changes when the same snapshot is made again.</summary>
/// <param name="Only">The conditions that it is narrowed to, in words.</param>
/// <param name="Files">The data files, by name.</param>
internal sealed record CardFacts(
    string PolicyKey,
    string PolicyName,
    int PolicyVersion,
    string Version,
    string LogicalHash,
    bool WithVerdicts,
    IReadOnlyList<string> Only,
    IReadOnlyList<CardLabel> Labels,
    SnapshotTally Tally,
    IReadOnlyList<SnapshotFile> Files)
{
    /// <summary>What was erased from it since it was made.</summary>
    public IReadOnlyList<SnapshotErasure> Erasures { get; init; } = [];

    public static CardFacts Of(
        PolicyVersion version, string number, SnapshotOptions options, string hash, SnapshotTally tally, IReadOnlyList<SnapshotFile> files) => new(
        version.Policy.Key,
        version.Policy.Name,
        version.Number,
        number,
        hash,
        options.Verdicts,
        [.. options.Only?.Words() ?? []],
        [.. version.Labels.OrderBy(l => l.Ordinal).ThenBy(l => l.Key, StringComparer.Ordinal).Select(l => new CardLabel(l.Key, l.Name, l.Severity, l.Benign))],
        tally,
        files);

    /// <summary>The day of the last label: the only date that a snapshot made again still has.</summary>
    public string LastDay => Tally.LastLabel.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string FirstDay => Tally.FirstLabel.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string Summary =>
        $"{Number(Tally.Examples)} items labelled by people under version {Number(PolicyVersion)} of the policy {PolicyName}, as they stood after the label of {LastDay}.";

    /// <summary>Why labels here are not like the traffic.</summary>
    public string Bias => "Most items were judged because a model was unsure about them or they seemed severe. Shares of labels here are not shares of the traffic. "
        + $"The {Number(Tally.InAuditSample)} items with in_audit_sample were drawn at random with sampling_probability: weigh these by its inverse to estimate rates.";

    /// <summary>How the labels came about.</summary>
    public string Protocol => WithVerdicts
        ? $"Reviewers judge one item at a time under the written policy and choose one of its labels. {Number(Tally.Verdicts)} verdicts; "
            + $"for {Number(Tally.PredictionShown)} of them the reviewer saw the model's prediction (column prediction_shown). {ProtocolEnd}"
        : $"Reviewers judge one item at a time under the written policy and choose one of its labels. {ProtocolEnd}";

    /// <summary>Who gave the verdicts, as far as the data tells.</summary>
    public string Annotators => WithVerdicts
        ? $"{Number(Tally.DistinctReviewers)} reviewers under pseudonyms. Groups by verdicts: {List(Tally.Groups)}. Nothing else about them is recorded."
        : "The verdicts were left out of this snapshot, so it tells nothing about the reviewers but their number for each item (column reviewers).";

    public string PerItem => "Reviewers whose verdicts count in a label, with items: " + string.Join(", ", Tally.Reviewers.Select(r => $"{Number(r.Key)}: {Number(r.Value)}")) + ".";

    /// <summary>What this data cannot be trusted for.</summary>
    public IEnumerable<string> Limits
    {
        get
        {
            if (Only.Count > 0)
            {
                yield return $"Narrowed to: {string.Join("; ", Only)}. Whatever else is labelled is left out.";
            }

            foreach (var erasure in Erasures)
            {
                yield return $"{Number(erasure.Items)} item was erased on {erasure.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {erasure.Reason}. The logical hash before was {erasure.LogicalHash}.";
            }

            yield return Bias;
            yield return "Items of the frozen evaluation sets are left out.";
            if (Tally.Bridges > 0)
            {
                yield return $"{Number(Tally.Bridges)} items are left out because they nearly repeat items of two different splits.";
            }

            yield return $"{Number(Tally.Reviewers.Where(r => r.Key <= 1).Sum(r => r.Value))} labels rest on one reviewer or none; their disagreement is not measured.";
            yield return "Splits are drawn by a hash of source and external_id; a near-duplicate (MinHash, resemblance of word 3-shingles estimated at 0.8 or more) and one with the same or nearly the same image or video (PDQ, at most 31 bits apart) joins the split of the earliest one. About one in ten pairs at 0.8 is missed.";
            yield return "Media are named by their SHA-256 and are not in the files; the API serves them to those who may read snapshots.";
            yield return "Languages are those that the source named or that were detected; detection errs on short text.";
            if (Tally.PolicyVersions.Count > 1)
            {
                yield return $"Labels belong to policy versions {string.Join(", ", Tally.PolicyVersions.Keys.Select(Number))}; those of earlier versions were taken over where the policy lead said that they mean the same.";
            }
        }
    }

    public static string Personal => "Items are text from outside and may hold names, addresses, insults and other personal or sensitive words. Nothing was removed. Notes of reviewers are included with the verdicts.";

    public string Use => $"Training, validation and testing of classifiers for the policy {PolicyName}. Not meant for judging people.";

    private string ProtocolEnd => $"The label of an item is what its verdicts add up to. Method, with items: {List(Tally.Methods)}.";

    public static string Number(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string List(SortedDictionary<string, int> counts) =>
        string.Join(", ", counts.Select(c => $"{(c.Key.Length == 0 ? "not stated" : c.Key)}: {Number(c.Value)}"));
}
