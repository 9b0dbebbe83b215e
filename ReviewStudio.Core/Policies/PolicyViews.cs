namespace ReviewStudio.Core.Policies;

/// <summary>A policy in a list.</summary>
/// <param name="InForce">The number of the version in force; null before the first publication.</param>
/// <param name="Draft">The number of the draft; null when there is none, or the reader may not see it.</param>
/// <param name="Labels">Labels of the version in force, else of the draft.</param>
public sealed record PolicySummary(
    Guid Id,
    string Key,
    string Name,
    int? InForce,
    DateTime? PublishedAt,
    int? Draft,
    DateTime? ArchivedAt,
    IReadOnlyList<LabelSummary> Labels);

/// <summary>A label in a list.</summary>
public sealed record LabelSummary(string Key, string Name, string Colour, int Severity, bool Benign);

/// <summary>A policy with all its versions, the latest first.</summary>
public sealed record PolicyDetails(
    Guid Id, string Key, string Name, DateTime CreatedAt, DateTime? ArchivedAt, IReadOnlyList<VersionDetails> Versions)
{
    public VersionDetails? InForce => Versions.FirstOrDefault(v => v.State == PolicyVersionState.Published);

    public VersionDetails? Draft => Versions.FirstOrDefault(v => v.State == PolicyVersionState.Draft);
}

/// <summary>One edition.</summary>
/// <param name="Stamp">The concurrency stamp; a draft is saved and published with it.</param>
/// <param name="Map">What became of the labels of the version before; empty for drafts and the first version.</param>
public sealed record VersionDetails(
    Guid Id,
    int Number,
    PolicyVersionState State,
    DateTime CreatedAt,
    DateTime? PublishedAt,
    string PublishedBy,
    Guid Stamp,
    PolicyContent Content,
    IReadOnlyList<MappingChoice> Map);
