using System.Buffers.Binary;
using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Queue.Ranking;

/// <summary>Entropy of the whole distribution, divided by ln C: 1 where all labels are equally likely.</summary>
public sealed class EntropyStrategy : IRankingStrategy
{
    public string Key => "entropy";

    public string Description => "The model's probabilities are spread over all labels.";

    public double Uncertainty(RankInput input)
    {
        if (input.Probabilities.Length < 2)
        {
            return input.Probabilities.IsEmpty ? 1 : 0;
        }

        double sum = 0;
        foreach (var p in input.Probabilities)
        {
            sum -= p > 0 ? p * Math.Log(p) : 0;
        }

        return Math.Clamp(sum / Math.Log(input.Probabilities.Length), 0, 1);
    }
}

/// <summary>1 − (p₁ − p₂): 1 where the two most likely labels tie.</summary>
public sealed class MarginStrategy : IRankingStrategy
{
    public string Key => "margin";

    public string Description => "The two most likely labels are close to each other.";

    public double Uncertainty(RankInput input)
    {
        if (input.Probabilities.IsEmpty)
        {
            return 1;
        }

        float first = 0, second = 0;
        foreach (var p in input.Probabilities)
        {
            if (p > first)
            {
                second = first;
                first = p;
            }
            else if (p > second)
            {
                second = p;
            }
        }

        return Math.Clamp(1.0 - first + second, 0, 1);
    }
}

/// <summary>(1 − p₁) scaled by C / (C − 1), so that equal probabilities give 1.</summary>
public sealed class LeastConfidenceStrategy : IRankingStrategy
{
    public string Key => "least-confidence";

    public string Description => "The most likely label is not very likely.";

    public double Uncertainty(RankInput input)
    {
        var labels = input.Probabilities.Length;
        if (labels < 2)
        {
            return labels == 0 ? 1 : 0;
        }

        return Math.Clamp((1.0 - input.Probabilities[LabelArrays.ArgMax(input.Probabilities)]) * labels / (labels - 1), 0, 1);
    }
}

/// <summary>Always 0: with an arrival weight above 0 the queue is first in, first out.</summary>
public sealed class OldestStrategy : IRankingStrategy
{
    public string Key => "oldest";

    public string Description => "In order of arrival, whatever the model thinks.";

    public double Uncertainty(RankInput input) => 0;
}

/// <summary>A uniform number hashed from the case's public id and the seed: a random order that a re-rank keeps.</summary>
public sealed class RandomStrategy : IRankingStrategy
{
    public string Key => "random";

    public string Description => "In random order: the yardstick for every other strategy.";

    public double Uncertainty(RankInput input)
    {
        Span<byte> bytes = stackalloc byte[16];
        input.CasePublicId.TryWriteBytes(bytes, bigEndian: true, out _);
        var hash = SeededRandom.Mix(input.Seed ^ BinaryPrimitives.ReadUInt64BigEndian(bytes));
        hash = SeededRandom.Mix(hash + BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return (hash >> 11) * (1.0 / (1UL << 53));
    }
}
