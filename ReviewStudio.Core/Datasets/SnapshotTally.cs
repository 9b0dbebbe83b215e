namespace ReviewStudio.Core.Datasets;

/// <summary>What is counted while the rows of a snapshot go by: the figures that its cards tell.</summary>
public sealed class SnapshotTally
{
    private readonly HashSet<string> _reviewers = new(StringComparer.Ordinal);

    public int Examples { get; private set; }

    public int Verdicts { get; private set; }

    /// <summary>Examples by label key.</summary>
    public SortedDictionary<string, int> Labels { get; } = Counts();

    /// <summary>Examples by split, then by label key.</summary>
    public SortedDictionary<string, SortedDictionary<string, int>> Splits { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, int> Languages { get; } = Counts();

    public SortedDictionary<string, int> Modalities { get; } = Counts();

    public SortedDictionary<string, int> Methods { get; } = Counts();

    /// <summary>Examples by the number of the policy version that their label belongs to.</summary>
    public SortedDictionary<int, int> PolicyVersions { get; } = [];

    /// <summary>Examples by the number of reviewers whose verdicts count in the label.</summary>
    public SortedDictionary<int, int> Reviewers { get; } = [];

    public int InAuditSample { get; private set; }

    /// <summary>When the first and the last of the labels came about, UTC.</summary>
    public DateTime FirstLabel { get; private set; } = DateTime.MaxValue;

    public DateTime LastLabel { get; private set; } = DateTime.MinValue;

    /// <summary>Different reviewers behind the verdicts.</summary>
    public int DistinctReviewers => _reviewers.Count;

    /// <summary>Verdicts by the reviewer's group.</summary>
    public SortedDictionary<string, int> Groups { get; } = Counts();

    /// <summary>Verdicts by purpose.</summary>
    public SortedDictionary<string, int> Purposes { get; } = Counts();

    /// <summary>Verdicts whose reviewer saw the model's prediction.</summary>
    public int PredictionShown { get; private set; }

    /// <summary>Items left out as near-duplicates of items in two splits.</summary>
    public int Bridges { get; set; }

    public void Add(ExampleRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        Examples++;
        Count(Labels, row.Label);
        if (!Splits.TryGetValue(row.Split, out var split))
        {
            Splits.Add(row.Split, split = Counts());
        }

        Count(split, row.Label);
        Count(Languages, row.Language);
        Count(Modalities, row.Modality);
        Count(Methods, row.Method);
        PolicyVersions[row.PolicyVersion] = PolicyVersions.GetValueOrDefault(row.PolicyVersion) + 1;
        Reviewers[row.Reviewers] = Reviewers.GetValueOrDefault(row.Reviewers) + 1;
        InAuditSample += row.InAuditSample ? 1 : 0;
        FirstLabel = row.LabelledAt < FirstLabel ? row.LabelledAt : FirstLabel;
        LastLabel = row.LabelledAt > LastLabel ? row.LabelledAt : LastLabel;
    }

    public void Add(VerdictRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        Verdicts++;
        _reviewers.Add(row.Reviewer);
        Count(Groups, row.Group);
        Count(Purposes, row.Purpose);
        PredictionShown += row.PredictionShown ? 1 : 0;
    }

    private static SortedDictionary<string, int> Counts() => new(StringComparer.Ordinal);

    private static void Count(SortedDictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;
}
