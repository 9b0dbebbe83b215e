using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>Deletes what the encoders saw of contents that go.</summary>
public sealed class ForgetVectors : IMediaForgotten, IUseCase
{
    /// <inheritdoc />
    public async Task ForgetAsync(StudioDbContext db, string hash, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        if (await db.Set<EncodedMedia>().SingleOrDefaultAsync(m => m.Hash == hash, cancellation) is { } row)
        {
            await TextsAsync(db, [new TextInput(row.ReadText, row.ReadLanguage)], cancellation);
            db.Remove(row);
            await db.SaveChangesAsync(cancellation);
        }

        await db.Set<ContentVector>().Where(v => v.ContentHash == hash).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>Deletes the vectors of texts, in the caller's transaction. Where others say the same, they are made again when they are needed.</summary>
    public static async Task TextsAsync(StudioDbContext db, IEnumerable<TextInput> texts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        var hashes = texts.Where(t => t.Text.Length > 0).Select(ContentVector.OfText).ToList();
        await db.Set<ContentVector>().Where(v => hashes.Contains(v.ContentHash)).ExecuteDeleteAsync(cancellation);
    }
}
