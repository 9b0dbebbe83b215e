using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Gold;

/// <summary>What reviewers made of a gold case.</summary>
/// <param name="Given">How often each label was given.</param>
/// <param name="Doubt">What reviewers who are right elsewhere make of it.</param>
public sealed record GoldFate(long CaseId, IReadOnlyDictionary<string, int> Given, ItemDoubt Doubt);

/// <summary>What reviewers made of the gold under a policy.</summary>
/// <param name="Reviewers">By name, those who had any.</param>
/// <param name="Fates">Of the latest gold cases, as many as are listed.</param>
public sealed record GoldFigures(IReadOnlyList<GoldReviewer> Reviewers, IReadOnlyList<GoldFate> Fates);

/// <summary>Counts over all verdicts on gold under a policy.</summary>
public sealed class ReadGoldFigures(Database database) : IUseCase
{
    internal Task<GoldFigures> RunAsync(long policyId, CancellationToken cancellation) => database.ReadAsync(db => ReadAsync(db, policyId, cancellation), cancellation);

    private static async Task<GoldFigures> ReadAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        var ratings = await GoldRatings.ReadAsync(db, policyId, cancellation);
        var cases = await MeasureGold.LatestAsync(db, policyId, cancellation);
        var ids = ratings.Select(r => r.ReviewerId).Distinct().ToList();
        var names = await db.Set<Reviewer>().Where(r => ids.Contains(r.Id)).Select(r => new { r.Id, r.DisplayName }).ToDictionaryAsync(r => r.Id, r => r.DisplayName, cancellation);
        var rater = ids.Select((id, i) => (id, i)).ToDictionary(r => r.id, r => r.i);
        var place = cases.Select((id, i) => (id, i)).ToDictionary(a => a.id, a => a.i);
        var known = ratings.Where(r => place.ContainsKey(r.CaseId)).ToList();
        var doubts = DoubtfulGold.Of(known.ConvertAll(r => new KnownAnswer(place[r.CaseId], rater[r.ReviewerId], r.Right)), cases.Count, ids.Count);
        var given = known.ToLookup(r => r.CaseId, r => r.Given);
        var fates = cases.Select((id, i) => new GoldFate(id, given[id].GroupBy(l => l, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal), doubts[i]));
        var reviewers = ratings.GroupBy(r => r.ReviewerId)
            .Select(g => (Id: g.Key, Right: g.Count(r => r.Right), N: g.Count()))
            .Select(r => new GoldReviewer(r.Id, names.GetValueOrDefault(r.Id, "unknown"), r.Right, r.N, Proportion.Wilson(r.Right, r.N)));
        return new GoldFigures([.. reviewers.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase)], [.. fates]);
    }
}
