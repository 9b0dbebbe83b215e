using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels.Agreements.Keeping;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

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
/// <param name="AsOf">The instant that what reviewers made of it is true of; null where it was counted just now.</param>
/// <param name="Measuring">The job that counts it anew; null when none does.</param>
public sealed record GoldReport(IReadOnlyList<GoldReviewer> Reviewers, IReadOnlyList<GoldCase> Cases, DateTime? AsOf = null, BackgroundJob? Measuring = null)
{
    public int InUse => Cases.Count(c => c.RetiredAt is null);

    public IEnumerable<GoldCase> Doubtful => Cases.Where(c => c.Doubt.Doubtful && c.RetiredAt is null);
}

/// <summary>Measures reviewers by gold, and gold by reviewers. Which cases are gold is told as it is now.</summary>
public sealed class MeasureGold(Database database, AskFigures ask) : IUseCase
{
    /// <summary>Most gold cases listed.</summary>
    public const int Most = 1_000;

    private static readonly GoldFate NotMet = new(0, new Dictionary<string, int>(StringComparer.Ordinal), new ItemDoubt(0, 0, 1, Doubtful: false));

    public async Task<GoldReport> RunAsync(long policyId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var asked = await ask.RunAsync<GoldFigures>(new FigureQuestion(FigureKind.Gold, policyId), actor, cancellation);
        var fates = (asked.Figures?.Fates ?? []).ToDictionary(f => f.CaseId);
        var cases = await database.ReadAsync(db => CasesAsync(db, policyId, fates, cancellation), cancellation);
        return new GoldReport(asked.Figures?.Reviewers ?? [], [.. cases.OrderByDescending(c => c.Doubt.Doubtful && c.RetiredAt is null)], asked.AsOf, asked.Measuring);
    }

    /// <summary>The cases whose answers were made known last, the latest first.</summary>
    internal static async Task<List<long>> LatestAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        var all = await (
            from answer in db.Set<GoldAnswer>()
            join reviewCase in db.Set<ReviewCase>() on answer.CaseId equals reviewCase.Id
            orderby answer.Id descending
            select new { answer.CaseId, reviewCase.PolicyId }).ToListAsync(cancellation);
        return [.. all.Where(a => a.PolicyId == policyId).Select(a => a.CaseId).Take(Most)];
    }

    private static async Task<List<GoldCase>> CasesAsync(StudioDbContext db, long policyId, Dictionary<long, GoldFate> fates, CancellationToken cancellation)
    {
        // By their keys, not by a join with the policy: a planner without statistics would begin there.
        var known = await LatestAsync(db, policyId, cancellation);
        var answers = await (
            from answer in db.Set<GoldAnswer>()
            join reviewCase in db.Set<ReviewCase>() on answer.CaseId equals reviewCase.Id
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where known.Contains(answer.CaseId)
            orderby answer.Id descending
            select new
            {
                Answer = answer, reviewCase.PublicId, item.Language,
                Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault(),
            }).ToListAsync(cancellation);
        return answers.ConvertAll(a =>
        {
            var fate = fates.GetValueOrDefault(a.Answer.CaseId, NotMet);
            return new GoldCase(
                a.PublicId, a.Text ?? "", a.Language, a.Answer.LabelKey, a.Answer.Origin, a.Answer.Explanation, a.Answer.MadeBy, a.Answer.CreatedAt, a.Answer.RetiredAt, fate.Given, fate.Doubt);
        });
    }
}
