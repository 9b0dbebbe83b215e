using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Core.Metrics.Aggregation;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Labels.Skills;

/// <summary>Which policy's reviewers to estimate.</summary>
public sealed record SkillArguments(long PolicyId);

/// <summary>
/// Estimates how each reviewer of a policy confuses its labels: Dawid and Skene over the cases that several judged, and
/// directly over gold, where the truth is known. Short records are drawn towards a reviewer of whom nothing is known.
/// </summary>
public sealed class FitReviewerSkills(Database database, PolicyBook policies, RatingStore store, TimeProvider clock) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "reviewer-skills";

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var policyId = job.Arguments<SkillArguments>().PolicyId;
        if (await policies.InForceAsync(policyId, stop) is not { } version)
        {
            return new { verdicts = 0 };
        }

        var labels = version.Labels.ConvertAll(l => l.Key);
        var watermark = await database.ReadAsync(db => db.Set<Verdict>().MaxAsync(v => (long?)v.Id, stop), stop) ?? 0;
        var gold = await database.ReadAsync(db => GoldRatings.ReadAsync(db, policyId, stop), stop);
        var judged = await store.WithAsync(policyId, view => Judged.Of(view.Select(new AgreementFilter(policyId)).Shared(), stop), stop);
        var (table, fit) = (judged.Table, judged.Fit);
        var reviewers = judged.Reviewers.Keys.Concat(gold.Select(g => g.ReviewerId)).Distinct().Order().ToList();
        var prior = Enumerable.Range(0, labels.Count).Select(c => ((fit is null ? 0 : fit.Prior[c] * table.PairableCount) + 1.0) / ((fit is null ? 0 : table.PairableCount) + labels.Count)).ToArray();
        var skills = reviewers.ConvertAll(id => Skill(id, judged, prior, labels, [.. gold.Where(g => g.ReviewerId == id)]));
        await database.WriteAsync(
            async db =>
            {
                await db.Set<ReviewerSkill>().Where(s => s.PolicyId == policyId).ExecuteDeleteAsync(stop);
                await db.Set<SkillFit>().Where(s => s.PolicyId == policyId).ExecuteDeleteAsync(stop);
                db.Add(new SkillFit
                {
                    PolicyId = policyId,
                    LabelKeysJson = JsonSerializer.Serialize(labels),
                    PriorJson = JsonSerializer.Serialize(prior),
                    Verdicts = table.VerdictCount + gold.Count,
                    Watermark = watermark,
                    FittedAt = clock.Instant(),
                });
                skills.ForEach(s => s.PolicyId = policyId);
                db.AddRange(skills);
                await db.SaveChangesAsync(stop);
            },
            stop);
        return new { verdicts = table.VerdictCount + gold.Count, reviewers = reviewers.Count };
    }

    private static ReviewerSkill Skill(long reviewerId, Judged all, double[] prior, List<string> labels, List<GoldRating> gold)
    {
        var fit = all.Fit;
        var (rater, judged) = all.Reviewers.GetValueOrDefault(reviewerId);
        var size = labels.Count;
        var estimate = new double[size, size];
        var seen = new double[size];
        for (var truth = 0; truth < size; truth++)
        {
            var known = gold.Where(g => g.Answer == labels[truth]).ToList();
            var inferred = fit is null ? 0 : judged * fit.Prior[truth];
            seen[truth] = inferred + known.Count;
            for (var given = 0; given < size; given++)
            {
                var direct = known.Count(g => g.Given == labels[given]);
                estimate[truth, given] = seen[truth] > 0 ? ((inferred > 0 ? inferred * fit!.Confusion(rater, truth, given) : 0) + direct) / seen[truth] : 0;
            }
        }

        var shrunk = LabelPosterior.Shrink(estimate, seen, LabelPosterior.Uniform(size, ReviewerSkills.AssumedAccuracy), ReviewerSkills.AssumedWeight);
        return new ReviewerSkill
        {
            ReviewerId = reviewerId,
            Verdicts = judged + gold.Count,
            ConfusionJson = JsonSerializer.Serialize(shrunk.Cast<double>()),
            Accuracy = prior.Select((share, c) => share * shrunk[c, c]).Sum(),
        };
    }

    /// <summary>The fit over the cases that several judged, and the place and number of verdicts of each reviewer in it.</summary>
    private sealed record Judged(RatingTable Table, DawidSkeneFit? Fit, Dictionary<long, (int Rater, int Verdicts)> Reviewers)
    {
        public static Judged Of(RatingSelection shared, CancellationToken stop)
        {
            var numbered = shared.Numbered();
            var verdicts = new int[numbered.Reviewers.Count];
            for (var item = 0; item < numbered.Table.ItemCount; item++)
            {
                foreach (var rater in numbered.Table.Raters(item))
                {
                    verdicts[rater]++;
                }
            }

            var fit = numbered.Table.VerdictCount == 0 ? null : DawidSkene.Fit(numbered.Table, cancellation: stop);
            return new Judged(numbered.Table, fit, Enumerable.Range(0, verdicts.Length).ToDictionary(
                r => shared.View.Tables.Reviewers[numbered.Reviewers[r]], r => (r, verdicts[r])));
        }
    }
}
