using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Gold;

/// <summary>A known answer that a reviewer met, told after the shift.</summary>
public sealed record GoldFeedback(Guid CaseId, string Policy, string Text, string Given, string Answer, string Explanation, DateTime At)
{
    public bool Right => string.Equals(Given, Answer, StringComparison.Ordinal);
}

/// <summary>What a reviewer learns of the known answers among the tasks.</summary>
/// <param name="Interval">Wilson's, 95 %; null without answers.</param>
/// <param name="Answers">Of shifts that are over, the latest first; those missed come with the reason.</param>
/// <param name="ShiftRuns">A shift is under way: what it held is told when it is over.</param>
public sealed record GoldFeedbackReport(int Right, int N, Interval? Interval, IReadOnlyList<GoldFeedback> Answers, bool ShiftRuns);

/// <summary>
/// Tells reviewers how they did on known answers, after the shift and never during it: somebody who learns of gold while
/// judging begins to look for it.
/// </summary>
public sealed class MyGold(Database database, PolicyBook policies, TimeProvider clock) : IUseCase
{
    /// <summary>A pause this long ends a shift.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(30);

    /// <summary>Most answers listed.</summary>
    public const int Most = 200;

    public async Task<GoldFeedbackReport> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var now = clock.Instant();
        var (told, running) = await database.ReadAsync(db => ReadAsync(db, actor.ReviewerId, now, cancellation), cancellation);
        var feedback = new List<GoldFeedback>();
        foreach (var row in told.Take(Most))
        {
            var version = await policies.VersionAsync(row.PolicyVersionId, cancellation);
            string Name(string key) => version.Labels.Find(l => l.Key == key)?.Name ?? key;
            feedback.Add(new GoldFeedback(row.Rating.CasePublicId, version.Policy.Name, row.Text, Name(row.Rating.Given), Name(row.Rating.Answer), row.Rating.Explanation, row.Rating.At));
        }

        var right = told.Count(t => t.Rating.Right);
        return new GoldFeedbackReport(right, told.Count, Proportion.Wilson(right, told.Count), feedback, running);
    }

    /// <summary>When the shift began that runs at <paramref name="now"/>; null when none does.</summary>
    /// <param name="verdicts">Instants of the reviewer's verdicts, the latest first.</param>
    public static DateTime? ShiftBegan(IEnumerable<DateTime> verdicts, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        DateTime? began = null;
        var next = now;
        foreach (var at in verdicts)
        {
            if (next - at > Pause)
            {
                break;
            }

            began = next = at;
        }

        return began;
    }

    private static async Task<(List<Row> Told, bool Running)> ReadAsync(StudioDbContext db, long reviewerId, DateTime now, CancellationToken cancellation)
    {
        var yesterday = now.AddDays(-1);
        var recent = await db.Set<Verdict>().Where(v => v.ReviewerId == reviewerId && v.CreatedAt >= yesterday)
            .OrderByDescending(v => v.CreatedAt).Select(v => v.CreatedAt).ToListAsync(cancellation);
        var began = ShiftBegan(recent, now);
        var policyIds = await (
            from task in db.Set<ReviewTask>()
            join reviewCase in db.Set<ReviewCase>() on task.CaseId equals reviewCase.Id
            where task.ReviewerId == reviewerId && task.Purpose == TaskPurpose.Gold
            select reviewCase.PolicyId).Distinct().ToListAsync(cancellation);
        var told = new List<Row>();
        foreach (var policyId in policyIds)
        {
            var ratings = (await GoldRatings.ReadAsync(db, policyId, cancellation, reviewerId)).Where(r => began is null || r.At < began).ToList();
            told.AddRange(ratings.Select(r => new Row(r, 0, "")));
        }

        told = [.. told.OrderByDescending(t => t.Rating.At)];

        // All are counted, but only so many are shown.
        var ids = told.Take(Most).Select(t => t.Rating.CaseId).ToList();
        var cases = await (
            from reviewCase in db.Set<ReviewCase>()
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where ids.Contains(reviewCase.Id)
            select new { reviewCase.Id, reviewCase.PolicyVersionId, Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault() })
            .ToDictionaryAsync(c => c.Id, cancellation);
        told = told.ConvertAll(t => cases.TryGetValue(t.Rating.CaseId, out var shown) ? t with { PolicyVersionId = shown.PolicyVersionId, Text = shown.Text ?? "" } : t);
        return (told, began is not null);
    }

    private sealed record Row(GoldRating Rating, long PolicyVersionId, string Text);
}
