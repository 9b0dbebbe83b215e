namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>What two raters said on the items they share: enough for κ, without the table of all label pairs.</summary>
internal sealed class PairCounts(int labelCount)
{
    private readonly double[] _first = new double[labelCount];
    private readonly double[] _second = new double[labelCount];
    private double[] _chanceOfFirst = [];
    private double[] _chanceOfSecond = [];
    private double _disagreement;
    private double _chance;

    /// <summary>Items that both judged.</summary>
    public int N { get; private set; }

    /// <summary>Whether counts were turned into shares, which happens only where κ is defined.</summary>
    public bool IsSettled => _chanceOfFirst.Length > 0;

    public double Kappa => 1 - (_disagreement / _chance);

    public double TopShare => Enumerable.Range(0, labelCount).Max(c => _first[c] + _second[c]) / 2;

    public static double Weight(int a, int b, KappaWeights weights) => weights switch
    {
        KappaWeights.None => a == b ? 0 : 1,
        KappaWeights.Linear => Math.Abs(a - b),
        _ => (double)(a - b) * (a - b),
    };

    /// <summary>The share of the most frequent label, before <see cref="Settle"/>.</summary>
    public double TopShareOfCounts => TopShare / N;

    public void Add(int a, int b, KappaWeights weights) => Add(a, b, 1, weights);

    /// <summary>So many items with the same two labels.</summary>
    public void Add(int a, int b, int times, KappaWeights weights)
    {
        N += times;
        _first[a] += times;
        _second[b] += times;
        _disagreement += times * Weight(a, b, weights);
    }

    /// <summary>Why κ is not defined; null where it is.</summary>
    public string? WhyNot(KappaWeights weights)
    {
        if (N == 0)
        {
            return "Not defined: the two raters share no item.";
        }

        // Chance disagreement is 0 exactly where both only ever gave one and the same label.
        var (a, b) = (Array.FindIndex(_first, n => n > 0), Array.FindIndex(_second, n => n > 0));
        var single = Array.FindLastIndex(_first, n => n > 0) == a && Array.FindLastIndex(_second, n => n > 0) == b;
        return single && Weight(a, b, weights) == 0
            ? "Not defined: both raters only ever gave one label, so chance alone explains all agreement."
            : null;
    }

    /// <summary>Turns counts into shares. Called once, when all verdicts are in.</summary>
    public void Settle(KappaWeights weights)
    {
        for (var c = 0; c < labelCount; c++)
        {
            _first[c] /= N;
            _second[c] /= N;
        }

        _disagreement /= N;
        _chanceOfFirst = Chances(_second, weights);
        _chanceOfSecond = Chances(_first, weights);
        for (var c = 0; c < labelCount; c++)
        {
            _chance += _first[c] * _chanceOfFirst[c];
        }
    }

    /// <summary>How much an item moves κ.</summary>
    public double Influence(int a, int b, KappaWeights weights)
    {
        var seen = Weight(a, b, weights) - _disagreement;
        var chance = _chanceOfFirst[a] + _chanceOfSecond[b] - (2 * _chance);
        return ((_disagreement * chance / _chance) - seen) / _chance / N;
    }

    /// <summary>Σ_j w_cj·share_j for every label c.</summary>
    private static double[] Chances(double[] shares, KappaWeights weights)
    {
        var chances = new double[shares.Length];
        for (var c = 0; c < shares.Length; c++)
        {
            if (weights == KappaWeights.None)
            {
                chances[c] = 1 - shares[c];
                continue;
            }

            for (var other = 0; other < shares.Length; other++)
            {
                chances[c] += Weight(c, other, weights) * shares[other];
            }
        }

        return chances;
    }
}
