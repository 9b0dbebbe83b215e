using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Core.Metrics.Aggregation;

/// <summary>A fitted model of labels and raters.</summary>
public sealed class DawidSkeneFit
{
    private readonly int _labels;
    private readonly double[] _posteriors;
    private readonly double[] _prior;

    /// <summary>p(given | true) at [(rater·C + given)·C + true], so that the E-step reads along the memory.</summary>
    private readonly double[] _confusion;
    private readonly double[] _logs;
    private readonly double[] _logPrior;
    private readonly bool[] _judged;

    internal DawidSkeneFit(RatingTable table, AggregatedLabels start)
    {
        _labels = table.LabelCount;
        _posteriors = new double[table.ItemCount * _labels];
        _judged = new bool[table.ItemCount];
        _prior = new double[_labels];
        _logPrior = new double[_labels];
        _confusion = new double[table.RaterCount * _labels * _labels];
        _logs = new double[_confusion.Length];
        for (var item = 0; item < table.ItemCount; item++)
        {
            start.Of(item).CopyTo(_posteriors.AsSpan(item * _labels, _labels));
            _judged[item] = table.Verdicts(item) > 0;
        }

        Result = start;
    }

    /// <summary>The most probable label of each item, with the posteriors.</summary>
    public AggregatedLabels Result { get; private set; }

    /// <summary>Iterations done.</summary>
    public int Iterations { get; private set; }

    /// <summary>Whether the last iteration changed less than the tolerance.</summary>
    public bool Converged { get; private set; }

    /// <summary>ln p(verdicts) in nats under the fitted model, without the smoothing's part.</summary>
    public double LogLikelihood { get; private set; }

    /// <summary>How frequent each true label is, f64[C] that sums to 1.</summary>
    public IReadOnlyList<double> Prior => _prior;

    /// <summary>The probability that a rater gives a label to an item whose true label is <paramref name="truth"/>.</summary>
    public double Confusion(int rater, int truth, int given) => _confusion[(((rater * _labels) + given) * _labels) + truth];

    /// <summary>The probability that a rater is right, over labels as frequent as they are here.</summary>
    public double Accuracy(int rater)
    {
        double sum = 0;
        for (var c = 0; c < _labels; c++)
        {
            sum += _prior[c] * Confusion(rater, c, c);
        }

        return sum;
    }

    /// <summary>The posterior f64[C] of one more item under this fit: tells whether another reviewer is still needed.</summary>
    /// <param name="raters">Who judged it.</param>
    /// <param name="labels">What they said, in the same order.</param>
    public double[] Posterior(ReadOnlySpan<int> raters, ReadOnlySpan<int> labels)
    {
        LabelArrays.CheckSameLength(raters.Length, labels.Length);
        LabelArrays.Check(labels, _labels, nameof(labels));
        var row = new double[_labels];
        Judge(raters, labels, row);
        return row;
    }

    internal void Step(RatingTable table, DawidSkeneOptions options)
    {
        var change = Maximise(table, options.Smoothing);
        LogLikelihood = 0;
        for (var item = 0; item < _judged.Length; item++)
        {
            if (_judged[item])
            {
                LogLikelihood += Judge(table.Raters(item), table.Labels(item), _posteriors.AsSpan(item * _labels, _labels));
            }
        }

        Iterations++;
        Converged = change <= options.Tolerance;
    }

    internal void Finish()
    {
        var labels = new int[_judged.Length];
        var tied = new bool[_judged.Length];
        for (var item = 0; item < labels.Length; item++)
        {
            var row = _posteriors.AsSpan(item * _labels, _labels);
            if (!_judged[item])
            {
                labels[item] = -1;
                _prior.CopyTo(row);
                continue;
            }

            for (var c = 1; c < row.Length; c++)
            {
                tied[item] = row[c] == row[labels[item]] || (tied[item] && row[c] < row[labels[item]]);
                labels[item] = row[c] > row[labels[item]] ? c : labels[item];
            }
        }

        Result = new(_labels, labels, tied, _posteriors);
    }

    /// <summary>Turns posteriors into the most likely priors and confusions.</summary>
    /// <returns>The greatest change of any of them.</returns>
    private double Maximise(RatingTable table, double smoothing)
    {
        var prior = new double[_labels];
        Array.Clear(_logs);
        for (var item = 0; item < _judged.Length; item++)
        {
            var row = _posteriors.AsSpan(item * _labels, _labels);
            var raters = table.Raters(item);
            var labels = table.Labels(item);
            for (var i = 0; i < raters.Length; i++)
            {
                var counts = _logs.AsSpan(((raters[i] * _labels) + labels[i]) * _labels, _labels);
                for (var t = 0; t < row.Length; t++)
                {
                    counts[t] += row[t];
                }
            }

            for (var t = 0; t < prior.Length && _judged[item]; t++)
            {
                prior[t] += row[t];
            }
        }

        var change = Renew(prior, _prior, _logPrior, 1, smoothing);
        var block = _labels * _labels;
        for (var rater = 0; rater < table.RaterCount; rater++)
        {
            var counts = _logs.AsSpan(rater * block, block);
            change = Math.Max(change, Renew(counts, _confusion.AsSpan(rater * block, block), counts, _labels, smoothing));
        }

        return change;
    }

    /// <summary>Normalises counts over the given label, for each true one, into shares and their logarithms.</summary>
    private double Renew(ReadOnlySpan<double> counts, Span<double> shares, Span<double> logs, int columns, double smoothing)
    {
        double change = 0;
        for (var column = 0; column < columns; column++)
        {
            double sum = 0;
            for (var at = column; at < counts.Length; at += columns)
            {
                sum += counts[at] + smoothing;
            }

            for (var at = column; at < counts.Length; at += columns)
            {
                var share = sum > 0 ? (counts[at] + smoothing) / sum : 1.0 / _labels;
                change = Math.Max(change, Math.Abs(share - shares[at]));
                shares[at] = share;
                logs[at] = Math.Log(Math.Max(share, 1e-300));
            }
        }

        return change;
    }

    /// <summary>Writes the posterior of an item.</summary>
    /// <returns>ln p(its verdicts).</returns>
    private double Judge(ReadOnlySpan<int> raters, ReadOnlySpan<int> labels, Span<double> row)
    {
        _logPrior.CopyTo(row);
        for (var i = 0; i < raters.Length; i++)
        {
            var logs = _logs.AsSpan(((raters[i] * _labels) + labels[i]) * _labels, _labels);
            for (var t = 0; t < row.Length; t++)
            {
                row[t] += logs[t];
            }
        }

        var top = double.NegativeInfinity;
        foreach (var value in row)
        {
            top = Math.Max(top, value);
        }

        double sum = 0;
        for (var t = 0; t < row.Length; t++)
        {
            row[t] = Math.Exp(row[t] - top);
            sum += row[t];
        }

        for (var t = 0; t < row.Length; t++)
        {
            row[t] /= sum;
        }

        return top + Math.Log(sum);
    }
}
