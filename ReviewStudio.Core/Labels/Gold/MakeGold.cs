using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Gold;

/// <summary>A case to be made gold.</summary>
/// <param name="CaseId">The case's public id.</param>
/// <param name="LabelKey">The answer; null takes the label that an adjudication settled on.</param>
/// <param name="Explanation">Why this is the answer, for those who miss it.</param>
public sealed record NewGold(Guid CaseId, string? LabelKey, string Explanation = "");

/// <summary>Makes a case gold, by hand or from its adjudication, and takes it out of use again.</summary>
public sealed class MakeGold(Database database, TimeProvider clock, PolicyBook policies) : IUseCase
{
    /// <summary>The longest explanation, in characters.</summary>
    public const int LongestExplanation = 4_000;

    /// <exception cref="RefusedException">
    /// <c>case.unknown</c>; <c>gold.unsettled</c>: no answer was given and nobody has adjudicated; <c>label.unknown</c>; <c>gold.long</c>.
    /// </exception>
    public Task RunAsync(NewGold request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        if (request.Explanation.Length > LongestExplanation)
        {
            throw new RefusedException("gold.long", $"The explanation has {request.Explanation.Length:N0} characters; {LongestExplanation:N0} fit. Shorten it.");
        }

        return database.WriteAsync(db => MakeAsync(db, request, actor, cancellation), cancellation);
    }

    /// <summary>Takes a gold case out of use: it is not mixed in any more, and its label stays.</summary>
    /// <exception cref="RefusedException"><c>gold.unknown</c>.</exception>
    public Task RetireAsync(Guid caseId, string reason, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.WriteAsync(
            async db =>
            {
                var found = await (
                    from answer in db.Set<GoldAnswer>()
                    join reviewCase in db.Set<ReviewCase>() on answer.CaseId equals reviewCase.Id
                    where reviewCase.PublicId == caseId && answer.RetiredAt == null
                    select answer).SingleOrDefaultAsync(cancellation)
                    ?? throw new RefusedException("gold.unknown", "This case is not gold, or no longer. Reload the page.");
                found.RetiredAt = clock.Instant();
                db.Record(clock, actor, "gold.retired", "case", caseId, new { reason });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }

    private async Task MakeAsync(StudioDbContext db, NewGold request, Actor actor, CancellationToken cancellation)
    {
        var reviewCase = await db.Set<ReviewCase>().SingleOrDefaultAsync(c => c.PublicId == request.CaseId, cancellation)
            ?? throw new RefusedException("case.unknown", "There is no such case any more. Reload the page.");
        await db.HoldRowAsync<ReviewCase>(reviewCase.Id, cancellation);
        await db.Entry(reviewCase).ReloadAsync(cancellation);
        var adjudicated = await db.Set<Verdict>().AnyAsync(
            v => v.CaseId == reviewCase.Id && v.Purpose == TaskPurpose.Adjudication && v.LabelKey != null
                && !db.Set<Verdict>().Any(later => later.SupersedesId == v.Id), cancellation);
        var label = request.LabelKey ?? (adjudicated ? reviewCase.LabelKey : null)
            ?? throw new RefusedException("gold.unsettled", "Nobody has adjudicated this case, so its answer is not known. Choose the answer, or adjudicate it first.");
        var version = await policies.VersionAsync(reviewCase.PolicyVersionId, cancellation);
        if (!version.Labels.Any(l => l.Key == label))
        {
            throw new RefusedException("label.unknown", $"'{label}' is not a label of {version.Policy.Name} version {version.Number}. Choose one of its labels.");
        }

        var gold = await db.Set<GoldAnswer>().SingleOrDefaultAsync(g => g.CaseId == reviewCase.Id, cancellation);
        if (gold is null)
        {
            gold = new GoldAnswer { CaseId = reviewCase.Id, CreatedAt = clock.Instant() };
            db.Add(gold);
        }

        gold.LabelKey = label;
        gold.Origin = adjudicated && request.LabelKey is null ? "adjudication" : "hand";
        gold.Explanation = request.Explanation.Trim();
        gold.MadeBy = actor.Name;
        gold.RetiredAt = null;
        var before = reviewCase.LabelKey;
        var settled = await GoldLabels.SettleAsync(db, clock, [(reviewCase, label)], cancellation);
        if (before != label)
        {
            await ConsensusMessages.AddAsync(db, clock.Instant(), settled, null, clock.Instant(), cancellation);
        }

        db.Record(clock, actor, "gold.made", "case", reviewCase.PublicId, new { label, gold.Origin });
        await db.SaveChangesAsync(cancellation);
    }
}
