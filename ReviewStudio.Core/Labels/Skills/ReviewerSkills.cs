using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Metrics.Aggregation;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Skills;

/// <summary>What is known of some reviewers, in the labels of one policy version.</summary>
public sealed class ReviewerSkills
{
    /// <summary>How often a reviewer of whom nothing is known is taken to be right.</summary>
    public const double AssumedAccuracy = 0.8;

    /// <summary>Verdicts on each label that the assumption counts for against a reviewer's own record.</summary>
    public const double AssumedWeight = 10;

    private readonly IReadOnlyDictionary<string, int> _labels;
    private readonly double[] _prior;
    private readonly IReadOnlyDictionary<long, double[,]> _confusions;
    private readonly double[,] _unknown;

    private ReviewerSkills(IReadOnlyList<string> labels, double[] prior, IReadOnlyDictionary<long, double[,]> confusions)
    {
        Labels = labels;
        _labels = labels.Select((key, i) => (key, i)).ToDictionary(l => l.key, l => l.i, StringComparer.Ordinal);
        (_prior, _confusions) = (prior, confusions);
        _unknown = LabelPosterior.Uniform(labels.Count, AssumedAccuracy);
    }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Nothing is known of anybody.</summary>
    public static ReviewerSkills Unknown(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return new(labels, [.. Enumerable.Repeat(1.0 / labels.Count, labels.Count)], new Dictionary<long, double[,]>());
    }

    /// <summary>The latest estimate for the reviewers, where it is one of the same labels; else nothing is known.</summary>
    public static async Task<ReviewerSkills> ReadAsync(
        StudioDbContext db, long policyId, IReadOnlyList<string> labels, IReadOnlyCollection<long> reviewers, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        var fit = await db.Set<SkillFit>().AsNoTracking().SingleOrDefaultAsync(f => f.PolicyId == policyId, cancellation);
        if (fit is null || !JsonSerializer.Deserialize<string[]>(fit.LabelKeysJson)!.SequenceEqual(labels, StringComparer.Ordinal))
        {
            return Unknown(labels);
        }

        var rows = await db.Set<ReviewerSkill>().AsNoTracking().Where(s => s.PolicyId == policyId && reviewers.Contains(s.ReviewerId)).ToListAsync(cancellation);
        return new(labels, JsonSerializer.Deserialize<double[]>(fit.PriorJson)!, rows.ToDictionary(r => r.ReviewerId, r => Square(r.ConfusionJson, labels.Count)));
    }

    /// <summary>The posterior over <see cref="Labels"/> that verdicts add up to; labels that are not among them are passed over.</summary>
    public double[] Posterior(IReadOnlyCollection<StandingVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var known = verdicts.Where(v => _labels.ContainsKey(v.LabelKey)).ToList();
        return LabelPosterior.Of(_prior, known.ConvertAll(v => _confusions.GetValueOrDefault(v.ReviewerId, _unknown)), known.ConvertAll(v => _labels[v.LabelKey]));
    }

    /// <summary>What a reviewer's vote weighs: the logarithm of the odds of being right, against chance (see <see cref="MajorityVote.WeightOf"/>); at least 0.</summary>
    public double Weight(long reviewerId)
    {
        var confusion = _confusions.GetValueOrDefault(reviewerId, _unknown);
        var right = _prior.Select((share, c) => share * confusion[c, c]).Sum();
        return Math.Max(0, Math.Log((Labels.Count - 1) * right / (1 - right)));
    }

    private static double[,] Square(string json, int size)
    {
        var flat = JsonSerializer.Deserialize<double[]>(json)!;
        var square = new double[size, size];
        for (var i = 0; i < flat.Length; i++)
        {
            square[i / size, i % size] = flat[i];
        }

        return square;
    }
}
