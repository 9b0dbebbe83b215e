using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>What of a media file is asked for. Never the bytes as they came: those may tell where they were made.</summary>
public enum MediaView
{
    View,
    Thumbnail,
    Sheet,
    Peaks,
}

/// <summary>Bytes for a browser; the caller disposes the stream.</summary>
public sealed record MediaBytes(Stream Content, string Type, string Hash);

/// <summary>Opens what was made of media for those who review.</summary>
public sealed class OpenMedia(Database database, IBlobStore blobs) : IUseCase
{
    /// <param name="hash">The hash of the bytes as they came.</param>
    /// <returns>Null when there is none, or none yet.</returns>
    public async Task<MediaBytes?> RunAsync(string hash, MediaView view, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead, Roles.MLEngineer);
        var probe = await database.ReadAsync(db => db.Set<MediaProbe>().SingleOrDefaultAsync(p => p.Hash == hash, cancellation), cancellation);
        var (found, type) = view switch
        {
            MediaView.View => (probe?.ViewHash, probe?.ViewType),
            MediaView.Thumbnail => (probe?.ThumbnailHash, MediaFormat.Jpeg.Type),
            MediaView.Sheet => (probe?.SheetHash, MediaFormat.Jpeg.Type),
            _ => (probe?.PeaksHash, "application/json"),
        };
        return found is not null && await blobs.OpenAsync(found, cancellation) is { } content ? new MediaBytes(content, type!, found) : null;
    }
}
