using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>Ratings as numbers, for the measures.</summary>
internal sealed class RatingIndex
{
    private RatingIndex(RatingTable table) => Table = table;

    public RatingTable Table { get; }

    /// <summary>Ratings by reviewers outside the list, of whom nothing can be compared, count as items alone.</summary>
    public static RatingIndex Of(IReadOnlyList<Rating> ratings, IReadOnlyList<string> labels, IReadOnlyList<long> reviewers)
    {
        var labelAt = labels.Select((key, i) => (key, i)).ToDictionary(x => x.key, x => x.i, StringComparer.Ordinal);
        var reviewerAt = reviewers.Select((id, i) => (id, i)).ToDictionary(x => x.id, x => x.i);
        var caseAt = new Dictionary<long, int>();
        var (items, raters, given) = (new int[ratings.Count], new int[ratings.Count], new int[ratings.Count]);
        var n = 0;
        foreach (var rating in ratings)
        {
            if (!labelAt.TryGetValue(rating.LabelKey, out var label) || !reviewerAt.TryGetValue(rating.ReviewerId, out var reviewer))
            {
                continue;
            }

            if (!caseAt.TryGetValue(rating.CaseId, out var item))
            {
                caseAt[rating.CaseId] = item = caseAt.Count;
            }

            (items[n], raters[n], given[n]) = (item, reviewer, label);
            n++;
        }

        return new RatingIndex(RatingTable.Of(items.AsSpan(0, n), raters.AsSpan(0, n), given.AsSpan(0, n), caseAt.Count, reviewers.Count, labels.Count));
    }

    /// <summary>Calls with both raters and their labels, for every two verdicts on one item.</summary>
    public void EachPair(Action<int, int, int, int> visit)
    {
        for (var item = 0; item < Table.ItemCount; item++)
        {
            var raters = Table.Raters(item);
            var labels = Table.Labels(item);
            for (var i = 0; i < raters.Length; i++)
            {
                for (var j = i + 1; j < raters.Length; j++)
                {
                    visit(raters[i], raters[j], labels[i], labels[j]);
                }
            }
        }
    }

    /// <summary>One reviewer's agreement with everybody else, over the items that they share.</summary>
    public Coefficient WithOthers(int reviewer)
    {
        var (items, raters, labels) = (new List<int>(), new List<int>(), new List<int>());
        var shared = 0;
        for (var item = 0; item < Table.ItemCount; item++)
        {
            var who = Table.Raters(item);
            var said = Table.Labels(item);
            var mine = who.IndexOf(reviewer);
            if (mine < 0 || who.Length < 2)
            {
                continue;
            }

            // Each of the others is a pair of its own with this reviewer.
            for (var other = 0; other < who.Length; other++)
            {
                if (other != mine)
                {
                    items.AddRange([shared, shared]);
                    raters.AddRange([0, 1]);
                    labels.AddRange([said[mine], said[other]]);
                    shared++;
                }
            }
        }

        return PercentAgreement.Of(RatingTable.Of([.. items], [.. raters], [.. labels], shared, 2, Table.LabelCount));
    }
}
