using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>A reviewer's week.</summary>
/// <param name="Week">The Monday that it begins on, UTC.</param>
/// <param name="Days">Days of it with a verdict.</param>
/// <param name="MedianSeconds">From showing to answering; null without a time.</param>
/// <param name="Same">Verdicts equal to the majority of the others.</param>
/// <param name="Compared">Verdicts on cases where the others have a majority.</param>
public sealed record ReviewerWeek(DateTime Week, int Verdicts, int Days, double? MedianSeconds, int Same, int Compared, Interval? Interval);

/// <summary>One reviewer's record under a policy.</summary>
/// <param name="Quartiles">First quartile, median and third quartile of the seconds from showing to answering; empty without times.</param>
/// <param name="WithOthers">Over shared cases, the mean share of the others who gave the same label.</param>
/// <param name="WithConsensus">How often the verdict is what the majority of the others said, this reviewer's own vote left out.</param>
/// <param name="Confusions">At [others' majority, own] how often; in the order of <paramref name="Labels"/>.</param>
/// <param name="Drift">p of a trend over the weeks in <paramref name="WithConsensus"/>; null where it cannot be told.</param>
/// <param name="Gold">Right and all answers on gold, with Wilson's interval.</param>
public sealed record ReviewerRecord(
    long Id,
    string Name,
    string Group,
    int Verdicts,
    DateTime? First,
    DateTime? Last,
    IReadOnlyList<double> Quartiles,
    Coefficient WithOthers,
    Coefficient WithConsensus,
    IReadOnlyList<string> Labels,
    IReadOnlyList<string> LabelKeys,
    int[,] Confusions,
    IReadOnlyList<ReviewerWeek> Weeks,
    double? Drift,
    GoldReviewer Gold);

/// <summary>Reads one reviewer's record: speed, load, agreement, gold and drift.</summary>
public sealed class ReadReviewerRecord(Database database, RatingStore store) : IUseCase
{
    /// <exception cref="RefusedException"><c>reviewer.unknown</c>.</exception>
    public async Task<ReviewerRecord> RunAsync(AgreementFilter filter, long reviewerId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var (name, group, gold) = await database.ReadAsync(
            async db =>
            {
                var reviewer = await db.Set<Reviewer>().Where(r => r.Id == reviewerId).Select(r => new { r.DisplayName, r.Group }).SingleOrDefaultAsync(cancellation)
                    ?? throw new RefusedException("reviewer.unknown", "There is no such reviewer. The page Agreement lists those who have judged.");
                return (reviewer.DisplayName, reviewer.Group, await GoldRatings.ReadAsync(db, filter.PolicyId, cancellation, reviewerId));
            },
            cancellation);
        var right = gold.Count(g => g.Right);
        var answers = new GoldReviewer(reviewerId, name, right, gold.Count, Proportion.Wilson(right, gold.Count));
        return await store.WithAsync(filter.PolicyId, view => Measure(view.Select(filter), reviewerId, name, group, answers), cancellation);
    }

    private static ReviewerRecord Measure(RatingSelection selected, long reviewerId, string name, string group, GoldReviewer gold)
    {
        var place = selected.View.Tables.Reviewers.Find(reviewerId) ?? -1;
        var mine = Enumerable.Range(0, selected.Rows.Length).Where(i => selected.Rows[i].Reviewer == place).ToList();
        var cases = mine.Select(i => selected.Rows[i].Case).ToHashSet();
        var around = selected.Where(i => cases.Contains(selected.Rows[i].Case));
        var numbered = around.Numbered();
        var rater = numbered.Reviewers.IndexOf(place);
        var others = Majorities(around, place);
        var labels = selected.View.Labels.Count;
        var confusions = new int[labels, labels];
        var compared = mine.Where(i => others.ContainsKey(selected.Rows[i].Case)).ToList();
        compared.ForEach(i => confusions[others[selected.Rows[i].Case], selected.Labels[i]]++);
        bool Same(int i) => others[selected.Rows[i].Case] == selected.Labels[i];
        var same = compared.Count(Same);
        var weeks = mine.GroupBy(i => MeasureAgreement.Monday(selected.Rows[i].At)).OrderBy(g => g.Key).Select(g =>
        {
            var told = g.Where(i => others.ContainsKey(selected.Rows[i].Case)).ToList();
            var times = Times(selected, g);
            var hits = told.Count(Same);
            return new ReviewerWeek(
                g.Key, g.Count(), g.Select(i => selected.Rows[i].At.Date).Distinct().Count(), times.Count == 0 ? null : Quantile(times, 0.5), hits, told.Count, Proportion.Wilson(hits, told.Count));
        }).ToList();
        var all = Times(selected, mine);
        return new ReviewerRecord(
            reviewerId, name, group, mine.Count,
            mine.Count == 0 ? null : selected.Rows[mine[0]].At, mine.Count == 0 ? null : selected.Rows[mine[^1]].At,
            all.Count == 0 ? [] : [Quantile(all, 0.25), Quantile(all, 0.5), Quantile(all, 0.75)],
            rater < 0 ? Coefficient.Undefined(0, "Not defined: this reviewer has judged nothing here.") : PairTally.Of(numbered.Table).WithOthers(rater),
            compared.Count == 0
                ? Coefficient.Undefined(0, "Not defined: on no case do the others have a majority.")
                : new Coefficient((double)same / compared.Count, Proportion.Wilson(same, compared.Count), compared.Count, null, null),
            [.. (selected.View.Version?.Labels ?? []).Select(l => l.Name)], selected.View.Labels, confusions, weeks,
            TrendTest.CochranArmitage([.. weeks.Select(w => w.Same)], [.. weeks.Select(w => w.Compared)]), gold);
    }

    /// <summary>What most of the others said, by case; none where they tie.</summary>
    private static Dictionary<int, int> Majorities(RatingSelection around, int without) => Enumerable.Range(0, around.Rows.Length)
        .Where(i => around.Rows[i].Reviewer != without).GroupBy(i => around.Rows[i].Case)
        .Select(g => (Case: g.Key, Votes: g.GroupBy(i => around.Labels[i]).Select(v => (Label: v.Key, Count: v.Count())).OrderByDescending(v => v.Count).ToList()))
        .Where(g => g.Votes.Count == 1 || g.Votes[0].Count > g.Votes[1].Count)
        .ToDictionary(g => g.Case, g => g.Votes[0].Label);

    /// <summary>Seconds, ascending; verdicts that came with an import took no time.</summary>
    private static List<double> Times(RatingSelection selected, IEnumerable<int> rows) =>
        [.. rows.Select(i => selected.Rows[i].ElapsedMilliseconds / 1000.0).Where(s => s > 0).Order()];

    private static double Quantile(List<double> sorted, double q)
    {
        var at = q * (sorted.Count - 1);
        var below = (int)at;
        return below + 1 < sorted.Count ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
