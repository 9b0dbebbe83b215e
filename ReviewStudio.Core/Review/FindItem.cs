using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>An item as another program sees it.</summary>
/// <param name="ErasedAt">When its content was erased on request; its parts are gone then.</param>
public sealed record ItemView(
    Guid Id, string Source, string ExternalId, string Language, string Modality, string Author, string Thread, string ReplyTo, DateTime? PublishedAt, DateTime IngestedAt,
    DateTime? ErasedAt, IReadOnlyList<ItemPartView> Parts, IReadOnlyList<ItemCaseView> Cases);

/// <param name="Modality"><c>text</c>, <c>image</c>, <c>audio</c> or <c>video</c>.</param>
/// <param name="Text">Of a text part.</param>
/// <param name="Media">SHA-256 of a media part's bytes.</param>
/// <param name="MediaType">What those bytes are, such as <c>image/png</c>.</param>
public sealed record ItemPartView(string Modality, string? Text, string? Media = null, string? MediaType = null);

/// <param name="State"><c>open</c>, <c>labelled</c> or <c>escalated</c>.</param>
/// <param name="LabelKey">The consensus; null while there is none.</param>
public sealed record ItemCaseView(Guid Id, string Policy, string State, string? LabelKey);

/// <summary>Finds an item by its id, with its cases.</summary>
public sealed class FindItem(Database database) : IUseCase
{
    /// <exception cref="RefusedException"><c>item.unknown</c>.</exception>
    public async Task<ItemView> RunAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        var (item, cases) = await database.ReadAsync(
            async db => (
                await db.Set<Item>().Include(i => i.Parts.OrderBy(p => p.Ordinal)).SingleOrDefaultAsync(i => i.PublicId == id, cancellation),
                await (from reviewCase in db.Set<ReviewCase>()
                       join policy in db.Set<Policy>() on reviewCase.PolicyId equals policy.Id
                       where db.Set<Item>().Any(i => i.Id == reviewCase.ItemId && i.PublicId == id)
                       orderby policy.Key
                       select new { reviewCase.PublicId, policy.Key, reviewCase.State, reviewCase.LabelKey }).ToListAsync(cancellation)),
            cancellation);
        return item is null
            ? throw new RefusedException("item.unknown", "There is no item with this id.")
            : new ItemView(
                item.PublicId, item.Source, item.ExternalId, item.Language, item.Modality, item.Author, item.ThreadId, item.ReplyTo, item.PublishedAt, item.IngestedAt, item.ErasedAt,
                item.Parts.ConvertAll(p => new ItemPartView(p.Modality.ToString().ToLowerInvariant(), p.Text, p.BlobHash, p.MediaType)),
                cases.ConvertAll(c => new ItemCaseView(c.PublicId, c.Key, c.State.ToString().ToLowerInvariant(), c.LabelKey)));
    }
}
