using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Labels.TakingOver;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>A case with what became of it.</summary>
/// <param name="Opinions">The standing verdicts, oldest first.</param>
/// <param name="TakenFrom">The case of the same content whose label it took over; null where people judged it.</param>
/// <param name="Taken">Cases that took this one's label over.</param>
/// <param name="MayJudge">Whether the reader may send it to reviewers instead of the label that it took over.</param>
public sealed record CaseHistory(
    Guid Id, PolicyVersion Policy, string Queue, Item Item, IReadOnlyDictionary<string, MediaProbe> Media, DateTime ArrivedAt, string? LabelKey,
    IReadOnlyList<CaseOpinion> Opinions, IReadOnlyList<LabelStep> Steps, Guid? TakenFrom, int Taken, bool MayJudge);

/// <summary>A label that a case had from one moment on.</summary>
/// <param name="LabelKey">Null from when it had none.</param>
/// <param name="Method">See <see cref="LabelledExample.Method"/>.</param>
/// <param name="From">The case that it was taken over from.</param>
public sealed record LabelStep(DateTime At, string? LabelKey, string Method, int Reviewers, Guid? From);

/// <summary>Reads a case for those who review: its content, its verdicts, its labels.</summary>
public sealed class ReadCase(Database database, PolicyBook policies) : IUseCase
{
    /// <exception cref="RefusedException"><c>case.unknown</c>, or <c>case.blind</c>: somebody is still to judge it without knowing.</exception>
    public Task<CaseHistory> RunAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead);
        return database.ReadAsync(db => ReadAsync(db, id, actor, cancellation), cancellation);
    }

    private async Task<CaseHistory> ReadAsync(StudioDbContext db, Guid id, Actor actor, CancellationToken cancellation)
    {
        var reviewCase = await db.Set<ReviewCase>().SingleOrDefaultAsync(c => c.PublicId == id, cancellation) ?? throw new RefusedException("case.unknown", "There is no case with this id.");
        var queue = await db.Set<ReviewQueue>().SingleAsync(q => q.Id == reviewCase.QueueId, cancellation);
        var leads = actor.Is(Roles.PolicyLead) || actor.Is(Roles.Admin);
        var clearance = await db.Set<Reviewer>().Where(r => r.Id == actor.ReviewerId).Select(r => r.Clearance).SingleOrDefaultAsync(cancellation);
        if (!leads && (queue.RequiredClearance > clearance || reviewCase.Gold || await OpenAsync(db, reviewCase, cancellation)))
        {
            throw new RefusedException("case.blind", "This case is not open to you now: it may still be judged by somebody who must not know what was said before, or it asks for a clearance. A policy lead may open it.");
        }

        var item = await db.Set<Item>().Include(i => i.Parts.OrderBy(p => p.Ordinal)).SingleAsync(i => i.Id == reviewCase.ItemId, cancellation);
        var hashes = item.Parts.Select(p => p.BlobHash).OfType<string>().ToList();
        var media = await db.Set<MediaProbe>().Where(p => hashes.Contains(p.Hash)).ToDictionaryAsync(p => p.Hash, StringComparer.Ordinal, cancellation);
        var rows = await (
            from example in db.Set<LabelledExample>()
            join source in db.Set<ReviewCase>() on example.FromCaseId equals source.Id into sources
            from source in sources.DefaultIfEmpty()
            where example.CaseId == reviewCase.Id
            orderby example.Id
            select new LabelStep(example.CreatedAt, example.LabelKey, example.Method, example.Reviewers, source == null ? null : source.PublicId)).ToListAsync(cancellation);
        var taken = await db.Set<LabelledExample>().CountAsync(
            e => e.FromCaseId == reviewCase.Id && e.LabelKey != null && !db.Set<LabelledExample>().Any(later => later.CaseId == e.CaseId && later.Id > e.Id), cancellation);
        var from = rows.LastOrDefault() is { Method: TakenOver.Method, From: { } source2 } ? source2 : (Guid?)null;
        return new CaseHistory(
            reviewCase.PublicId, await policies.VersionAsync(reviewCase.PolicyVersionId, cancellation), queue.Name, item, media, reviewCase.ArrivedAt, reviewCase.LabelKey,
            [.. (await Opinions.ReadAsync(db, [reviewCase.Id], cancellation))[reviewCase.Id]], rows, from, taken, leads && from is not null);
    }

    /// <summary>Whether verdicts are still wanted, or a blind one may be.</summary>
    private static Task<bool> OpenAsync(StudioDbContext db, ReviewCase reviewCase, CancellationToken cancellation) =>
        db.Set<ReviewTask>().AnyAsync(t => t.CaseId == reviewCase.Id && (t.State == TaskState.Pending || t.State == TaskState.Leased), cancellation);
}
