using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>What every two reviewers said on their common cases, and each reviewer with the others, counted in one pass.</summary>
internal sealed class PairTally
{
    private readonly int[] _pairs;
    private readonly double[] _withOthers;
    private readonly int[] _shared;

    private PairTally(int labels, int raters)
    {
        Confusions = new int[labels, labels];
        (_pairs, _withOthers, _shared) = (new int[raters], new double[raters], new int[raters]);
    }

    /// <summary>At [a, b] pairs of verdicts of which one said a and the other b; symmetric.</summary>
    public int[,] Confusions { get; }

    public static PairTally Of(RatingTable table)
    {
        var tally = new PairTally(table.LabelCount, table.RaterCount);
        for (var item = 0; item < table.ItemCount; item++)
        {
            var raters = table.Raters(item);
            var labels = table.Labels(item);
            if (raters.Length < 2)
            {
                continue;
            }

            for (var i = 0; i < raters.Length; i++)
            {
                var same = 0;
                for (var j = 0; j < raters.Length; j++)
                {
                    same += j != i && labels[j] == labels[i] ? 1 : 0;
                    if (j > i)
                    {
                        tally.Confusions[labels[i], labels[j]]++;
                        tally.Confusions[labels[j], labels[i]] += labels[i] == labels[j] ? 0 : 1;
                    }
                }

                tally._pairs[raters[i]] += raters.Length - 1;
                tally._shared[raters[i]]++;
                tally._withOthers[raters[i]] += (double)same / (raters.Length - 1);
            }
        }

        return tally;
    }

    /// <summary>Pairs of verdicts that a rater is part of.</summary>
    public int Pairs(int rater) => _pairs[rater];

    /// <summary>
    /// The mean over a rater's shared cases of the share of others who said the same. Wilson's interval on as many cases
    /// errs on the wide side: a share varies no more than a yes or no of the same mean.
    /// </summary>
    public Coefficient WithOthers(int rater) => _shared[rater] == 0
        ? Coefficient.Undefined(0, "Not defined: no case was judged by somebody else as well.")
        : new Coefficient(_withOthers[rater] / _shared[rater], Proportion.WilsonOf(_withOthers[rater], _shared[rater]), _shared[rater], null, null);
}
