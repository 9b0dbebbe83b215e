using System.Text.Json;
using ReviewStudio.Core.Datasets.Writing;

namespace ReviewStudio.Core.Datasets;

/// <summary>One labelled case in a snapshot.</summary>
public sealed record ExampleRow
{
    public required long CaseKey { get; init; }

    public required long ItemKey { get; init; }

    public required Guid CaseId { get; init; }

    public required string Source { get; init; }

    public required string ExternalId { get; init; }

    public required string Language { get; init; }

    public required string Modality { get; init; }

    public required string Text { get; init; }

    public required string Label { get; init; }

    /// <summary>JSON object of shares by label key.</summary>
    public required string SoftLabel { get; init; }

    public required double Confidence { get; init; }

    public required string Method { get; init; }

    public required int Reviewers { get; init; }

    public required string Stratum { get; init; }

    public required double SamplingProbability { get; init; }

    public required bool InAuditSample { get; init; }

    /// <summary>Whether a head's prediction put the case in its place in the queue when its verdict was given. In no file.</summary>
    public bool RankedByHead { get; init; }

    public required int PolicyVersion { get; init; }

    public required DateTime LabelledAt { get; init; }

    /// <summary><c>train</c>, <c>validation</c> or <c>test</c>, by a hash of source and external id: stable for ever.</summary>
    public string Split => StableSplit.Of(Source, ExternalId);

    internal static IReadOnlyList<Column<ExampleRow>> Columns { get; } =
    [
        new("case_id", typeof(string), r => r.CaseId.ToString(), Canonical: false),
        new("source", typeof(string), r => r.Source),
        new("external_id", typeof(string), r => r.ExternalId),
        new("language", typeof(string), r => r.Language),
        new("modality", typeof(string), r => r.Modality),
        new("text", typeof(string), r => r.Text),
        new("label", typeof(string), r => r.Label),
        new("soft_label", typeof(string), r => r.SoftLabel),
        new("confidence", typeof(double), r => r.Confidence),
        new("method", typeof(string), r => r.Method),
        new("reviewers", typeof(int), r => r.Reviewers),
        new("stratum", typeof(string), r => r.Stratum),
        new("sampling_probability", typeof(double), r => r.SamplingProbability),
        new("in_audit_sample", typeof(bool), r => r.InAuditSample),
        new("policy_version", typeof(int), r => r.PolicyVersion),
        new("labelled_at", typeof(DateTime), r => r.LabelledAt),
        new("split", typeof(string), r => r.Split),
    ];
}

/// <summary>One verdict in a snapshot.</summary>
public sealed record VerdictRow
{
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

    public required DateTime GivenAt { get; init; }

    internal static IReadOnlyList<Column<VerdictRow>> Columns { get; } =
    [
        new("verdict_id", typeof(string), r => r.VerdictId.ToString(), Canonical: false),
        new("source", typeof(string), r => r.Source),
        new("external_id", typeof(string), r => r.ExternalId),
        new("reviewer", typeof(string), r => r.Reviewer, Canonical: false),
        new("reviewer_group", typeof(string), r => r.Group),
        new("label", typeof(string), r => r.Label),
        new("policy_version", typeof(int), r => r.PolicyVersion),
        new("purpose", typeof(string), r => r.Purpose),
        new("prediction_shown", typeof(bool), r => r.PredictionShown),
        new("elapsed_ms", typeof(int), r => r.ElapsedMilliseconds),
        new("note", typeof(string), r => r.Note),
        new("rationales", typeof(string), r => JsonSerializer.Serialize(r.Rationales)),
        new("given_at", typeof(DateTime), r => r.GivenAt),
    ];
}

/// <summary>A rationale as exported: kind <c>span</c>, <c>box</c> or <c>timerange</c>.</summary>
public sealed record RationaleRow(int Part, string Kind, double Start, double End, double Top, double Bottom);
