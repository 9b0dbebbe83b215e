using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>Reads what is kept of what the encoders saw in media. Nothing is computed here: that is a job's work.</summary>
public sealed class MediaVectors(Database database, EncoderCatalog encoders) : IUseCase
{
    private const int AtOnce = 500;

    /// <summary>What was seen, read and heard, by the media's hash; those that no encoder has come to yet are left out.</summary>
    public async Task<Dictionary<string, EncodedMedia>> SeenAsync(IEnumerable<string> hashes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        var found = new Dictionary<string, EncodedMedia>(StringComparer.Ordinal);
        foreach (var chunk in hashes.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            foreach (var row in await database.ReadAsync(db => db.Set<EncodedMedia>().Where(m => chunk.Contains(m.Hash)).ToListAsync(cancellation), cancellation))
            {
                found[row.Hash] = row;
            }
        }

        return found;
    }

    /// <summary>Features of pictures, and of videos the mean over their frames, by hash; those without are left out.</summary>
    public Task<Dictionary<string, ImageFeatures>> ImagesAsync(IEnumerable<string> hashes, CancellationToken cancellation) =>
        ReadAsync(hashes, ContentView.Image, encoders.ImageVersion, bytes => ContentVector.ReadImage(bytes), cancellation);

    /// <summary>f32[192] of sounds, and of the sounds of videos, by hash; those without are left out.</summary>
    public Task<Dictionary<string, float[]>> SoundsAsync(IEnumerable<string> hashes, CancellationToken cancellation) =>
        ReadAsync(hashes, ContentView.Audio, encoders.AudioVersion, bytes => VectorCodec.ReadDense(bytes), cancellation);

    private async Task<Dictionary<string, T>> ReadAsync<T>(
        IEnumerable<string> hashes, ContentView view, string? version, Func<byte[], T> read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        if (version is null)
        {
            return found;
        }

        foreach (var chunk in hashes.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            var rows = await database.ReadAsync(
                db => db.Set<ContentVector>().Where(v => v.View == view && v.EncoderVersion == version && chunk.Contains(v.ContentHash))
                    .Select(v => new { v.ContentHash, v.Data }).ToListAsync(cancellation),
                cancellation);
            rows.ForEach(row => found[row.ContentHash] = read(row.Data));
        }

        return found;
    }
}
