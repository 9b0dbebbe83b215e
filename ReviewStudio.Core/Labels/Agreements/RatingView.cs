using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Core.Policies;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>Which verdicts to compare. Null leaves a dimension open.</summary>
/// <param name="PolicyId">The policy; its labels are the names that verdicts are told in.</param>
/// <param name="PolicyVersion">Only verdicts given under this edition.</param>
/// <param name="Since">Only verdicts from this instant on, UTC.</param>
/// <param name="Until">Only verdicts before this instant, UTC.</param>
public sealed record AgreementFilter(
    long PolicyId, long? QueueId = null, string? Language = null, string? Modality = null, int? PolicyVersion = null, DateTime? Since = null, DateTime? Until = null);

/// <summary>A policy's verdicts while somebody works on them.</summary>
internal sealed class RatingView(
    RatingTables tables, List<RatingRow> rows, HashSet<long> replaced, HashSet<(int Case, int Reviewer)> repeated, LabelTranslation translation)
{
    public RatingTables Tables => tables;

    /// <summary>Keys of the labels in force; a selection's labels are places among them.</summary>
    public IReadOnlyList<string> Labels => translation.Keys;

    /// <summary>The version in force; null where none is, and then no row is selected either.</summary>
    public PolicyVersion? Version => translation.Version;

    /// <summary>A label's place among those in force; -1 where it is none of them.</summary>
    public int Place(string key) => translation.Keys.IndexOf(key);

    /// <summary>The number of a version.</summary>
    public int Number(short version) => translation.Numbers[version];

    /// <summary>The label that the head thought most probable when the verdict was given; -1 where it predicted none in force.</summary>
    public int Predicted(in RatingRow row) => row.Head < 0 || row.Predicted < 0 ? -1 : translation.Predicted[row.Head][row.Predicted];

    /// <summary>The standing verdicts that the filter lets through, one a case and reviewer, the last.</summary>
    public RatingSelection Select(AgreementFilter filter)
    {
        var queue = filter.QueueId is { } q ? tables.Queues.Find(q) ?? -1 : (int?)null;
        var language = filter.Language is { Length: > 0 } l ? tables.Languages.Find(l) ?? -1 : (int?)null;
        var modality = filter.Modality is { Length: > 0 } m ? tables.Modalities.Find(m) ?? -1 : (int?)null;
        var since = filter.Since is { } from ? (from - RatingRow.Epoch).TotalSeconds : double.MinValue;
        var until = filter.Until is { } to ? (to - RatingRow.Epoch).TotalSeconds : double.MaxValue;
        var picked = new List<RatingRow>();
        var labels = new List<int>();
        var seen = new HashSet<(int, int)>();

        // From the latest back, so that of several verdicts of one reviewer on one case the last is met first.
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            var row = rows[i];
            var label = translation.Given[row.Version][row.Label];
            if (label < 0 || row.Seconds < since || row.Seconds >= until
                || (queue is { } only && row.Queue != only) || (language is { } tongue && row.Language != tongue) || (modality is { } kind && row.Modality != kind)
                || (filter.PolicyVersion is { } number && translation.Numbers[row.Version] != number)
                || (replaced.Count > 0 && replaced.Contains(row.VerdictId)))
            {
                continue;
            }

            if (repeated.Count > 0 && repeated.Contains((row.Case, row.Reviewer)) && !seen.Add((row.Case, row.Reviewer)))
            {
                continue;
            }

            picked.Add(row);
            labels.Add(label);
        }

        picked.Reverse();
        labels.Reverse();
        return new RatingSelection(this, [.. picked], [.. labels]);
    }
}

/// <summary>Verdicts picked from a view, oldest first.</summary>
internal sealed class RatingSelection(RatingView view, RatingRow[] rows, int[] labels)
{
    public RatingView View => view;

    public RatingRow[] Rows => rows;

    /// <summary>The label of each row, in the labels in force.</summary>
    public int[] Labels => labels;

    /// <summary>The rows for which a condition holds.</summary>
    public RatingSelection Where(Func<int, bool> holds)
    {
        var kept = Enumerable.Range(0, rows.Length).Where(holds).ToArray();
        return new RatingSelection(view, Array.ConvertAll(kept, i => rows[i]), Array.ConvertAll(kept, i => labels[i]));
    }

    /// <summary>Only cases that several judged.</summary>
    public RatingSelection Shared()
    {
        var verdicts = new int[view.Tables.Cases.Count];
        foreach (var row in rows)
        {
            verdicts[row.Case]++;
        }

        return Where(i => verdicts[rows[i].Case] > 1);
    }

    /// <summary>The rows by a key, in order of the keys.</summary>
    public IEnumerable<(TKey Key, RatingSelection Part)> By<TKey>(Func<int, TKey> key)
        where TKey : notnull =>
        Enumerable.Range(0, rows.Length).GroupBy(key).OrderBy(g => g.Key).Select(g =>
        {
            int[] part = [.. g];
            return (g.Key, new RatingSelection(view, Array.ConvertAll(part, i => rows[i]), Array.ConvertAll(part, i => labels[i])));
        });

    /// <summary>As numbers, for the measures. Cases and reviewers are numbered anew, in the order in which they occur.</summary>
    public NumberedRatings Numbered()
    {
        var caseAt = new int[view.Tables.Cases.Count];
        var reviewerAt = new int[view.Tables.Reviewers.Count];
        Array.Fill(caseAt, -1);
        Array.Fill(reviewerAt, -1);
        var (cases, reviewers) = (new List<int>(), new List<int>());
        var (items, raters) = (new int[rows.Length], new int[rows.Length]);
        for (var i = 0; i < rows.Length; i++)
        {
            ref var item = ref caseAt[rows[i].Case];
            if (item < 0)
            {
                item = cases.Count;
                cases.Add(rows[i].Case);
            }

            ref var rater = ref reviewerAt[rows[i].Reviewer];
            if (rater < 0)
            {
                rater = reviewers.Count;
                reviewers.Add(rows[i].Reviewer);
            }

            (items[i], raters[i]) = (item, rater);
        }

        var table = RatingTable.Of(items, raters, labels, cases.Count, reviewers.Count, view.Labels.Count);
        return new NumberedRatings(table, cases, reviewers);
    }
}

/// <summary>Ratings as numbers.</summary>
/// <param name="Cases">The case of each item, as a place in the view's tables.</param>
/// <param name="Reviewers">The reviewer of each rater, as a place in the view's tables.</param>
internal sealed record NumberedRatings(RatingTable Table, List<int> Cases, List<int> Reviewers);
