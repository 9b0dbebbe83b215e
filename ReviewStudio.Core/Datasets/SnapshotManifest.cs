using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReviewStudio.Core.Datasets;

/// <summary>What a snapshot was asked for.</summary>
/// <param name="Verdicts">Whether the verdicts come along.</param>
/// <param name="Only">What it is narrowed to; null for all labels.</param>
public sealed record SnapshotOptions(
    bool Verdicts = true, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SnapshotFilter? Only = null)
{
    /// <summary>With its filter checked and in one spelling.</summary>
    /// <exception cref="Accounts.RefusedException"><c>snapshot.filter</c>.</exception>
    public SnapshotOptions Checked() => this with { Only = Only?.Checked() };
}

/// <summary>A file of a snapshot.</summary>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record SnapshotFile(string Name, long Bytes, string Sha256);

/// <summary>Why a snapshot has another edition.</summary>
/// <param name="LogicalHash">Of the edition before: it proves what was there, and tells nothing of it.</param>
/// <param name="Items">Items that were erased.</param>
public sealed record SnapshotErasure(string LogicalHash, DateTime At, string Reason, int Items);

/// <summary>What a snapshot says of itself; also <c>manifest.json</c> in its folder.</summary>
public sealed record SnapshotManifest(
    string Policy,
    int PolicyVersion,
    string Version,
    long Watermark,
    string LogicalHash,
    int Examples,
    int Verdicts,
    SortedDictionary<string, int> Labels,
    SnapshotOptions Options,
    IReadOnlyList<SnapshotFile> Files)
{
    /// <summary>Changes when the same rows could come out as other bytes.</summary>
    public string Writer { get; init; } = "snapshot-3";

    /// <summary>The highest mark of a frozen case that is left out.</summary>
    public long FrozenMark { get; init; }

    /// <summary>The highest print of media that near-duplicates were told by.</summary>
    public long LikenessMark { get; init; }

    /// <summary>Items left out because they are near-duplicates of items in two different splits.</summary>
    public int Bridges { get; init; }

    /// <summary>1 for the files as first written; higher after erasures.</summary>
    public int Edition { get; init; } = 1;

    /// <summary>What was erased from it, oldest first.</summary>
    public IReadOnlyList<SnapshotErasure> Erasures { get; init; } = [];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static SnapshotManifest FromJson(string json) =>
        JsonSerializer.Deserialize<SnapshotManifest>(json, Json) ?? throw new JsonException("The manifest is empty.");
}
