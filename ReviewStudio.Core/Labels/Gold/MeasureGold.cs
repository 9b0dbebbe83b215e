using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Gold;

/// <summary>How a reviewer did on gold.</summary>
/// <param name="Interval">Wilson's, 95 %; null without answers.</param>
public sealed record GoldReviewer(long Id, string Name, int Right, int N, Interval? Interval);

/// <summary>A gold case and how it fared.</summary>
/// <param name="Given">How often each label was given.</param>
/// <param name="Doubt">What reviewers who are right elsewhere make of it.</param>
public sealed record GoldCase(
    Guid CaseId,
    string Text,
    string Language,
    string LabelKey,
    string Origin,
    string Explanation,
    string MadeBy,
    DateTime CreatedAt,
    DateTime? RetiredAt,
    IReadOnlyDictionary<string, int> Given,
    ItemDoubt Doubt)
{
    /// <summary>Reviewers who judged it.</summary>
    public int Judged => Given.Values.Sum();
}

/// <summary>Gold under a policy.</summary>
/// <param name="Reviewers">By name, those who had any.</param>
/// <param name="Cases">Doubtful ones first, then the latest.</param>
public sealed record GoldReport(IReadOnlyList<GoldReviewer> Reviewers, IReadOnlyList<GoldCase> Cases)
{
    public int InUse => Cases.Count(c => c.RetiredAt is null);

    public IEnumerable<GoldCase> Doubtful => Cases.Where(c => c.Doubt.Doubtful && c.RetiredAt is null);
}

/// <summary>Measures reviewers by gold, and gold by reviewers.</summary>
public sealed class MeasureGold(Database database) : IUseCase
{
    /// <summary>Most gold cases listed.</summary>
    public const int Most = 1_000;

    public Task<GoldReport> RunAsync(long policyId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.ReadAsync(db => ReadAsync(db, policyId, cancellation), cancellation);
    }

    private static async Task<GoldReport> ReadAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        var ratings = await GoldRatings.ReadAsync(db, policyId, cancellation);
        var answers = await (
            from answer in db.Set<GoldAnswer>()
            join reviewCase in db.Set<ReviewCase>() on answer.CaseId equals reviewCase.Id
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where reviewCase.PolicyId == policyId
            orderby answer.Id descending
            select new
            {
                Answer = answer, reviewCase.PublicId, item.Language,
                Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault(),
            }).Take(Most).ToListAsync(cancellation);
        var ids = ratings.Select(r => r.ReviewerId).Distinct().ToList();
        var names = await db.Set<Reviewer>().Where(r => ids.Contains(r.Id)).Select(r => new { r.Id, r.DisplayName }).ToDictionaryAsync(r => r.Id, r => r.DisplayName, cancellation);
        var rater = ids.Select((id, i) => (id, i)).ToDictionary(r => r.id, r => r.i);
        var place = answers.Select((a, i) => (a.Answer.CaseId, i)).ToDictionary(a => a.CaseId, a => a.i);
        var known = ratings.Where(r => place.ContainsKey(r.CaseId)).ToList();
        var doubts = DoubtfulGold.Of(known.ConvertAll(r => new KnownAnswer(place[r.CaseId], rater[r.ReviewerId], r.Right)), answers.Count, ids.Count);
        var given = known.ToLookup(r => r.CaseId, r => r.Given);
        var cases = answers.Select((a, i) => new GoldCase(
            a.PublicId, a.Text ?? "", a.Language, a.Answer.LabelKey, a.Answer.Origin, a.Answer.Explanation, a.Answer.MadeBy, a.Answer.CreatedAt, a.Answer.RetiredAt,
            given[a.Answer.CaseId].GroupBy(l => l, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal), doubts[i]));
        var reviewers = ratings.GroupBy(r => r.ReviewerId)
            .Select(g => (Id: g.Key, Right: g.Count(r => r.Right), N: g.Count()))
            .Select(r => new GoldReviewer(r.Id, names.GetValueOrDefault(r.Id, "unknown"), r.Right, r.N, Proportion.Wilson(r.Right, r.N)));
        return new GoldReport(
            [.. reviewers.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase)],
            [.. cases.OrderByDescending(c => c.Doubt.Doubtful && c.RetiredAt is null)]);
    }
}
