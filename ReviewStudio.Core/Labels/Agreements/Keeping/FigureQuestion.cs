using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ReviewStudio.Core.Labels.Agreements.Keeping;

/// <summary>What can be asked about the verdicts of a policy.</summary>
public enum FigureKind
{
    /// <summary>An <see cref="AgreementOverview"/>.</summary>
    Overview,

    /// <summary><see cref="AgreementParts"/>.</summary>
    Parts,

    /// <summary>A <see cref="VersionComparison"/>.</summary>
    Versions,

    /// <summary>Keys of the cases behind an <see cref="AgreementCell"/>, a list.</summary>
    Cell,

    /// <summary>A <see cref="ReviewerRecord"/>.</summary>
    Reviewer,

    /// <summary><see cref="Gold.GoldFigures"/>.</summary>
    Gold,
}

/// <summary>A question about the verdicts of a policy; what does not belong to its kind is null.</summary>
/// <param name="Days">Only verdicts of so many days before the measuring.</param>
/// <param name="First">With <see cref="FigureKind.Versions"/>, the number of the edition before.</param>
public sealed record FigureQuestion(
    FigureKind Kind, long PolicyId, long? QueueId = null, string? Language = null, string? Modality = null, int? Version = null, int? Days = null,
    AgreementSplit? Split = null, int? First = null, int? Second = null, AgreementCell? Cell = null, long? ReviewerId = null)
{
    /// <summary>The verdicts that it is about.</summary>
    public AgreementFilter Filter(DateTime now) => new(PolicyId, QueueId, Language, Modality, Version, Days is > 0 and var days ? now.AddDays(-days) : null);

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static FigureQuestion FromJson(string json) => JsonSerializer.Deserialize<FigureQuestion>(json)!;

    internal static string Name(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
}

/// <summary>What the page on agreement shows first.</summary>
/// <param name="Versions">Numbers of the editions that verdicts were given under, ascending.</param>
public sealed record AgreementOverview(AgreementReport Report, HumanModelReport Model, IReadOnlyList<int> Versions);
