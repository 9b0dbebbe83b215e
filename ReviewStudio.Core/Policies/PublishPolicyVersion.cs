using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>A draft to be put in force.</summary>
/// <param name="Policy">The policy's key or public id.</param>
/// <param name="Stamp">The concurrency stamp of the draft as it was read.</param>
/// <param name="Map">What becomes of each label of the version in force; empty at the first publication.</param>
/// <param name="Pending">What becomes of cases that wait.</param>
public sealed record Publication(string Policy, Guid Stamp, IReadOnlyList<MappingChoice> Map, PendingCases Pending = PendingCases.Move);

/// <summary>A version that is now in force.</summary>
public sealed record PublishedVersion(Guid VersionId, int Number, PublicationTally Tally);

/// <summary>
/// Puts a draft in force and the version before it out of force. Waiting cases and stored labels follow the map in the
/// same transaction; the head in service keeps serving until one of the new version has passed its gates.
/// </summary>
public sealed class PublishPolicyVersion(Database database, TimeProvider clock, IEnumerable<IPolicyPublished> followers) : IUseCase
{
    private static readonly PolicyContentValidator ContentValidator = new();
    private static readonly PublicationValidator MapValidator = new();

    private readonly IPolicyPublished[] _followers = [.. followers.OrderBy(f => f.Order)];

    /// <exception cref="ValidationException">The draft or the map is not in order; the failures name each place.</exception>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>policy.archived</c>, <c>draft.none</c> or <c>draft.conflict</c>.</exception>
    public Task<PublishedVersion> RunAsync(Publication request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.WriteAsync(db => PublishAsync(db, request, actor, cancellation), cancellation);
    }

    private async Task<PublishedVersion> PublishAsync(StudioDbContext db, Publication request, Actor actor, CancellationToken cancellation)
    {
        var policy = await PolicyDesk.FindAsync(db, request.Policy, cancellation);
        if (policy.ArchivedAt is not null)
        {
            throw new RefusedException("policy.archived", $"'{policy.Name}' is archived. Bring it back before you publish a version.");
        }

        var draft = await PolicyDesk.DraftAsReadAsync(db, policy, request.Stamp, cancellation);
        var previous = await db.Set<PolicyVersion>().Include(v => v.Labels)
            .SingleOrDefaultAsync(v => v.PolicyId == policy.Id && v.State == PolicyVersionState.Published, cancellation);
        var choices = request.Map ?? [];
        await ContentValidator.ValidateAndThrowAsync(PolicyContent.Of(draft), cancellation);
        await MapValidator.ValidateAndThrowAsync(
            new PublicationMap([.. previous?.Labels.Select(l => l.Key) ?? []], [.. draft.Labels.Select(l => l.Key)], choices), cancellation);

        draft.State = PolicyVersionState.Published;
        draft.PublishedAt = clock.Instant();
        draft.ConcurrencyStamp = Guid.NewGuid();
        if (previous is not null)
        {
            previous.State = PolicyVersionState.Superseded;
            previous.ConcurrencyStamp = Guid.NewGuid();
            db.AddRange(choices.Select(c => new LabelMapping
            {
                FromVersionId = previous.Id,
                ToVersionId = draft.Id,
                FromLabelKey = c.From,
                ToLabelKey = c.To,
                Kind = c.Kind,
            }));
        }

        db.Record(clock, actor, "policy.published", "policy-version", draft.PublicId, new { policy.Key, draft.Number, map = choices, request.Pending });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw await PolicyDesk.ConflictAsync(db, draft.PublicId, cancellation);
        }

        var tally = new PublicationTally();
        if (previous is not null)
        {
            var map = new LabelMap(choices.Select(c => KeyValuePair.Create(c.From, c.To)));
            var publication = new PolicyPublication(policy.Id, previous.Id, draft.Id, map, request.Pending, actor, tally);
            foreach (var follower in _followers)
            {
                await follower.FollowAsync(db, publication, cancellation);
            }
        }

        return new PublishedVersion(draft.PublicId, draft.Number, tally);
    }
}
