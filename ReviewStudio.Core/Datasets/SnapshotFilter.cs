using System.Globalization;
using System.Text.Json.Serialization;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Datasets;

/// <summary>Which labels a snapshot is narrowed to. What is null narrows nothing.</summary>
public sealed record SnapshotFilter
{
    /// <summary>The ways in which labels come about.</summary>
    public static IReadOnlyList<string> KnownMethods { get; } = ["single", "majority", "adjudicated", "gold", "mapped", "duplicate"];

    /// <summary>Numbers of the policy versions that a label may belong to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? PolicyVersions { get; init; }

    /// <summary>The label came about at this instant or later, UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? From { get; init; }

    /// <summary>The label came about before this instant, UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? Until { get; init; }

    /// <summary>Least confidence, 0 to 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MinConfidence { get; init; }

    /// <summary>How the label came about: <c>single</c>, <c>majority</c>, <c>adjudicated</c>, <c>gold</c>, <c>mapped</c>, <c>duplicate</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Methods { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Languages { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Modalities { get; init; }

    /// <summary>In one spelling, so that the same choice gives the same hash; null when it narrows nothing.</summary>
    /// <exception cref="RefusedException"><c>snapshot.filter</c>: something in it cannot be.</exception>
    public SnapshotFilter? Checked()
    {
        if (MinConfidence is { } least && least is not (>= 0 and <= 1))
        {
            throw new RefusedException("snapshot.filter", "The least confidence lies between 0 and 1.");
        }

        if (From is { } from && Until is { } until && from >= until)
        {
            throw new RefusedException("snapshot.filter", "The period ends before it begins. The end is not part of it: for one day, give the next day as its end.");
        }

        if (Methods?.FirstOrDefault(m => !KnownMethods.Contains(m, StringComparer.Ordinal)) is { } unknown)
        {
            throw new RefusedException("snapshot.filter", $"'{unknown}' is no way in which labels come about. There are {string.Join(", ", KnownMethods)}.");
        }

        var same = this with
        {
            PolicyVersions = PolicyVersions is { Count: > 0 } ? [.. PolicyVersions.Distinct().Order()] : null,
            Methods = Spelling(Methods),
            Languages = Spelling(Languages),
            Modalities = Spelling(Modalities),
        };
        return same.Words().Any() ? same : null;
    }

    public bool Takes(ExampleRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return (PolicyVersions?.Contains(row.PolicyVersion) ?? true)
            && (From is not { } from || row.LabelledAt >= from)
            && (Until is not { } until || row.LabelledAt < until)
            && (MinConfidence is not { } least || row.Confidence >= least)
            && (Methods?.Contains(row.Method, StringComparer.Ordinal) ?? true)
            && (Languages?.Contains(row.Language, StringComparer.Ordinal) ?? true)
            && (Modalities?.Contains(row.Modality, StringComparer.Ordinal) ?? true);
    }

    /// <summary>Each condition in words, for cards and pages.</summary>
    public IEnumerable<string> Words()
    {
        if (PolicyVersions is { Count: > 0 } versions)
        {
            yield return $"policy version {string.Join(" or ", versions.Select(v => v.ToString(CultureInfo.InvariantCulture)))}";
        }

        if (From is { } from)
        {
            yield return $"labelled from {Day(from)}";
        }

        if (Until is { } until)
        {
            yield return $"labelled before {Day(until)}";
        }

        if (MinConfidence is { } least)
        {
            yield return $"confidence at least {least.ToString(CultureInfo.InvariantCulture)}";
        }

        foreach (var (name, values) in new[] { ("method", Methods), ("language", Languages), ("modality", Modalities) })
        {
            if (values is { Count: > 0 })
            {
                yield return $"{name} {string.Join(" or ", values)}";
            }
        }
    }

    private static string Day(DateTime at) => at.ToString(at.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string[]? Spelling(IReadOnlyList<string>? values) =>
        values is { Count: > 0 } ? [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : null;
}
