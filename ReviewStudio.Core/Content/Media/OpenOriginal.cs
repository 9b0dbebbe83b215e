using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>The bytes of a media part as they came in, for those who train on them.</summary>
/// <param name="Content">From the beginning; may be sought. The caller disposes it.</param>
public sealed record OriginalMedia(Stream Content, string Hash);

/// <summary>Opens the original that a snapshot's row names by its SHA-256. Reviewers see cleaned copies instead.</summary>
public sealed class OpenOriginal(Database database, IBlobStore blobs) : IUseCase
{
    /// <exception cref="RefusedException"><c>media.unknown</c>: no item has such a part, or it was erased.</exception>
    public async Task<OriginalMedia> RunAsync(string hash, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        var there = await database.ReadAsync(db => db.Set<ItemPart>().AnyAsync(p => p.BlobHash == hash, cancellation), cancellation);
        return there && await blobs.OpenAsync(hash, cancellation) is { } content
            ? new OriginalMedia(content, hash)
            : throw new RefusedException("media.unknown", "No item has media with this SHA-256, or it was erased.");
    }
}
