using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>Which cell of a heat map to open: two reviewers, two labels, or both.</summary>
public sealed record AgreementCell(long? FirstReviewer = null, long? SecondReviewer = null, string? FirstLabel = null, string? SecondLabel = null);

/// <summary>A case behind a cell, with everything that was said on it.</summary>
/// <param name="LabelKey">Where it stands now; null while nobody has settled it.</param>
public sealed record DisputedCase(Guid CaseId, string Text, string Language, string? LabelKey, IReadOnlyList<CaseOpinion> Opinions);

/// <summary>Opens the cases behind a cell of a heat map, the latest first.</summary>
public sealed class FindDisagreements(Database database, RatingStore store) : IUseCase
{
    /// <summary>Most cases shown at once.</summary>
    public const int Most = 50;

    public async Task<IReadOnlyList<DisputedCase>> RunAsync(AgreementFilter filter, AgreementCell cell, Actor actor, CancellationToken cancellation) =>
        await ShowAsync(await CasesAsync(filter, cell, cancellation), actor, cancellation);

    /// <summary>Cases with what was said on them by now.</summary>
    /// <param name="cases">Their keys, as they were found before.</param>
    public async Task<IReadOnlyList<DisputedCase>> ShowAsync(IReadOnlyList<long> cases, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var found = await database.ReadAsync(db => ReadAsync(db, cases, cancellation), cancellation);
        return [.. cases.Where(found.ContainsKey).Select(id => found[id])];
    }

    internal Task<List<long>> CasesAsync(AgreementFilter filter, AgreementCell cell, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return store.WithAsync(filter.PolicyId, view => Cases(view.Select(filter).Shared(), cell), cancellation);
    }

    /// <summary>The cases behind the cell, those judged last first.</summary>
    private static List<long> Cases(RatingSelection shared, AgreementCell cell)
    {
        var view = shared.View;
        int? Reviewer(long? id) => id is { } known ? view.Tables.Reviewers.Find(known) ?? -1 : null;
        int? Label(string? key) => key is null ? null : view.Place(key);
        var (first, second) = (Reviewer(cell.FirstReviewer), Reviewer(cell.SecondReviewer));
        var (one, other) = (Label(cell.FirstLabel), Label(cell.SecondLabel));
        bool Fits(int[] rows) => rows.Any(a => rows.Any(b => shared.Rows[a].Reviewer != shared.Rows[b].Reviewer
            && (first is null || shared.Rows[a].Reviewer == first) && (second is null || shared.Rows[b].Reviewer == second)
            && (one is null ? shared.Labels[a] != shared.Labels[b] : shared.Labels[a] == one && shared.Labels[b] == other)));
        return [.. Enumerable.Range(0, shared.Rows.Length).GroupBy(i => shared.Rows[i].Case).Select(g => g.ToArray()).Where(Fits)
            .OrderByDescending(g => shared.Rows[g[^1]].VerdictId).Take(Most).Select(g => view.Tables.Cases[shared.Rows[g[0]].Case])];
    }

    private static async Task<Dictionary<long, DisputedCase>> ReadAsync(StudioDbContext db, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        var cases = await (
            from reviewCase in db.Set<ReviewCase>()
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where ids.Contains(reviewCase.Id)
            select new
            {
                reviewCase.Id, reviewCase.PublicId, reviewCase.LabelKey, item.Language,
                Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault(),
            }).ToListAsync(cancellation);
        var opinions = await Opinions.ReadAsync(db, ids, cancellation);
        return cases.ToDictionary(c => c.Id, c => new DisputedCase(c.PublicId, c.Text ?? "", c.Language, c.LabelKey, [.. opinions[c.Id]]));
    }
}
