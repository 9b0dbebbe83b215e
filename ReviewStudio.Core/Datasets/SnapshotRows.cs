using System.Text.Json;
using ReviewStudio.Core.Datasets.Writing;

namespace ReviewStudio.Core.Datasets;

/// <summary>One labelled case in a snapshot.</summary>
public sealed record ExampleRow
{
    private string? _split;

    public required long CaseKey { get; init; }

    public required long ItemKey { get; init; }

    public required Guid CaseId { get; init; }

    public required string Source { get; set; }

    public required string ExternalId { get; init; }

    public required string Language { get; set; }

    public required string Modality { get; set; }

    /// <summary>The item's texts, a line each.</summary>
    public required string Text { get; set; }

    /// <summary>JSON array of the item's media parts: <c>place</c> among its parts, <c>sha256</c>, <c>type</c>, <c>bytes</c>.</summary>
    public string Media { get; set; } = "[]";

    /// <summary>What its media are, near-duplicates by the same word. In no file.</summary>
    public IReadOnlyList<string> Kinds { get; set; } = [];

    public required string Label { get; set; }

    /// <summary>JSON object of shares by label key.</summary>
    public required string SoftLabel { get; set; }

    public required double Confidence { get; init; }

    public required string Method { get; set; }

    public required int Reviewers { get; init; }

    public required string Stratum { get; set; }

    public required double SamplingProbability { get; init; }

    public required bool InAuditSample { get; init; }

    /// <summary>Whether a head's prediction put the case in its place in the queue when its verdict was given. In no file.</summary>
    public bool RankedByHead { get; init; }

    public required int PolicyVersion { get; init; }

    public required DateTime LabelledAt { get; init; }

    /// <summary><c>train</c>, <c>validation</c> or <c>test</c>: by a hash of source and external id, or that of the earliest near-duplicate.</summary>
    public string Split
    {
        get => _split ??= StableSplit.Of(Source, ExternalId);
        internal set => _split = value;
    }

    /// <summary>Lets rows share the words that recur, so that many rows take little memory.</summary>
    internal void Share(Dictionary<string, string> words)
    {
        string Shared(string word)
        {
            if (!words.TryGetValue(word, out var first))
            {
                words.Add(word, first = word);
            }

            return first;
        }

        (Source, Language, Modality, Label) = (Shared(Source), Shared(Language), Shared(Modality), Shared(Label));
        (SoftLabel, Method, Stratum) = (Shared(SoftLabel), Shared(Method), Shared(Stratum));
    }

    internal static IReadOnlyList<Column<ExampleRow>> Columns { get; } =
    [
        new("case_id", typeof(string), r => r.CaseId.ToString(), Canonical: false, About: "Id of the case: the item under the policy."),
        new("source", typeof(string), r => r.Source, About: "Where the item came from."),
        new("external_id", typeof(string), r => r.ExternalId, About: "The item's id at its source."),
        new("language", typeof(string), r => r.Language, About: "Language code; und when it is not known."),
        new("modality", typeof(string), r => r.Modality, About: "What kind of content the item is."),
        new("text", typeof(string), r => r.Text, About: "Texts of the item, a line each."),
        new("media", typeof(string), r => r.Media, About: "JSON array of the item's images, sounds and videos: place among its parts, sha256, type, bytes. The API serves the bytes at /api/v1/media/SHA256/files/original."),
        new("label", typeof(string), r => r.Label, About: "Key of the label."),
        new("soft_label", typeof(string), r => r.SoftLabel, About: "JSON object: share of the verdicts for each label key."),
        new("confidence", typeof(double), r => r.Confidence, About: "Share of the verdicts behind the label, 0 to 1."),
        new("method", typeof(string), r => r.Method, About: "How the label came about."),
        new("reviewers", typeof(int), r => r.Reviewers, About: "Reviewers whose verdicts count in the label."),
        new("stratum", typeof(string), r => r.Stratum, About: "Stratum of the audit draw."),
        new("sampling_probability", typeof(double), r => r.SamplingProbability, About: "Probability with which the item could be drawn into the audit sample."),
        new("in_audit_sample", typeof(bool), r => r.InAuditSample, About: "Whether it was drawn into the audit sample."),
        new("policy_version", typeof(int), r => r.PolicyVersion, About: "Policy version that the label belongs to."),
        new("labelled_at", typeof(DateTime), r => r.LabelledAt, About: "When the label came about."),
        new("split", typeof(string), r => r.Split, About: "train, validation or test. Near-duplicates of a text, an image or a video are in its split."),
    ];
}

/// <summary>One verdict in a snapshot.</summary>
public sealed record VerdictRow
{
    /// <summary>In no file.</summary>
    public long CaseKey { get; init; }

    public required Guid VerdictId { get; init; }

    public required string Source { get; init; }

    public required string ExternalId { get; init; }

    /// <summary>A pseudonym that is the same in all snapshots of this installation and tells nothing else.</summary>
    public required string Reviewer { get; init; }

    public required string Group { get; init; }

    /// <summary>The answer; null for a withdrawal.</summary>
    public required string? Label { get; init; }

    public required int PolicyVersion { get; init; }

    public required string Purpose { get; init; }

    public required bool PredictionShown { get; init; }

    public required int ElapsedMilliseconds { get; init; }

    public required string Note { get; init; }

    public required IReadOnlyList<RationaleRow> Rationales { get; init; }

    /// <summary>JSON array: what each part and modality moved the prediction by that stood at the claim; empty where nothing is known.</summary>
    public string Influences { get; init; } = "[]";

    public required DateTime GivenAt { get; init; }

    internal static IReadOnlyList<Column<VerdictRow>> Columns { get; } =
    [
        new("verdict_id", typeof(string), r => r.VerdictId.ToString(), Canonical: false, About: "Id of the verdict."),
        new("source", typeof(string), r => r.Source, About: "Where the item came from."),
        new("external_id", typeof(string), r => r.ExternalId, About: "The item's id at its source."),
        new("reviewer", typeof(string), r => r.Reviewer, Canonical: false, About: "Pseudonym of the reviewer, the same in all snapshots of one installation."),
        new("reviewer_group", typeof(string), r => r.Group, About: "The reviewer's group."),
        new("label", typeof(string), r => r.Label, About: "Key of the label chosen; null when the verdict was withdrawn."),
        new("policy_version", typeof(int), r => r.PolicyVersion, About: "Policy version under which it was given."),
        new("purpose", typeof(string), r => r.Purpose, About: "What the verdict was wanted for."),
        new("prediction_shown", typeof(bool), r => r.PredictionShown, About: "Whether the reviewer saw the model's prediction."),
        new("elapsed_ms", typeof(int), r => r.ElapsedMilliseconds, About: "Time from showing to answering, in milliseconds."),
        new("note", typeof(string), r => r.Note, About: "The reviewer's note."),
        new("rationales", typeof(string), r => JsonSerializer.Serialize(r.Rationales), About: "JSON array of marked places: part, kind, start, end, top, bottom."),
        new("influences", typeof(string), r => r.Influences, Canonical: false, About: "JSON array, for items of several parts that a model had scored: by how much each part, and each modality, moved the probability of each label."),
        new("given_at", typeof(DateTime), r => r.GivenAt, About: "When the verdict was given."),
    ];
}

/// <summary>A rationale as exported: kind <c>span</c>, <c>box</c> or <c>timerange</c>.</summary>
public sealed record RationaleRow(int Part, string Kind, double Start, double End, double Top, double Bottom);
