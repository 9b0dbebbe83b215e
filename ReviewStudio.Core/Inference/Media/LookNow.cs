using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>Media that somebody waits for.</summary>
/// <param name="Hash">SHA-256 of the bytes.</param>
/// <param name="Path">Where the bytes lie; null where they are kept already.</param>
public sealed record MediaToSee(string Hash, string MediaType, string? Path);

/// <summary>What was seen of media that somebody waits for.</summary>
/// <param name="Seen">In words and numbers.</param>
/// <param name="Fresh">What was computed now and is not kept yet; empty where all of it was.</param>
public sealed record SeenNow(EncodedMedia Seen, ImageFeatures? Image, float[]? Audio, IReadOnlyList<ContentVector> Fresh)
{
    /// <summary>As vectors of a part; the text that was read in it is not among them.</summary>
    public IEnumerable<PartVector> Vectors(int part)
    {
        if (Image is { } image)
        {
            yield return PartVector.Of(part, image);
        }

        if (Audio is { } audio)
        {
            yield return PartVector.OfAudio(part, audio);
        }
    }
}

/// <summary>
/// Lets the encoders look at media at once, for an answer that cannot wait for a job. What they saw before is taken from
/// the store. Few look at the same time, since an encoder uses all processors.
/// </summary>
public sealed class LookNow(MediaVectors stored, KeepMedia keep, MediaDecoder decoder, MediaEncoder encoder, IBlobStore blobs) : IUseCase, IDisposable
{
    private readonly SemaphoreSlim _turn = new(2, 2);

    public void Dispose() => _turn.Dispose();

    /// <summary>In the order given.</summary>
    public async Task<IReadOnlyList<SeenNow>> RunAsync(IReadOnlyList<MediaToSee> media, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(media);
        var hashes = media.Select(m => m.Hash).Distinct(StringComparer.Ordinal).ToList();
        var known = await stored.SeenAsync(hashes, cancellation);
        var images = await stored.ImagesAsync(known.Keys, cancellation);
        var sounds = await stored.SoundsAsync(known.Keys, cancellation);
        var seen = known.ToDictionary(
            k => k.Key, k => new SeenNow(k.Value, images.TryGetValue(k.Key, out var image) ? image : null, sounds.GetValueOrDefault(k.Key), []), StringComparer.Ordinal);
        var wanted = media.Where(m => !known.ContainsKey(m.Hash)).DistinctBy(m => m.Hash).ToList();
        if (wanted.Count > 0)
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                await LookAsync(wanted, seen, cancellation);
            }
            finally
            {
                _turn.Release();
            }
        }

        return [.. media.Select(m => seen[m.Hash])];
    }

    /// <summary>Keeps what was computed, once the media are kept.</summary>
    public Task KeepAsync(IEnumerable<SeenNow> seen, CancellationToken cancellation)
    {
        var fresh = seen.Where(s => s.Seen.Id == 0).DistinctBy(s => s.Seen.Hash).ToList();
        return fresh.Count == 0 ? Task.CompletedTask : keep.KeepAsync(fresh.ConvertAll(s => s.Seen), [.. fresh.SelectMany(s => s.Fresh)], cancellation);
    }

    private async Task LookAsync(List<MediaToSee> wanted, Dictionary<string, SeenNow> seen, CancellationToken cancellation)
    {
        var decoded = new List<MediaToEncode>(wanted.Count);
        try
        {
            foreach (var medium in wanted)
            {
                decoded.Add(new MediaToEncode(await DecodeAsync(medium, cancellation)));
            }

            var sights = await Task.Run(() => encoder.Encode(decoded, cancellation), cancellation);
            for (var i = 0; i < wanted.Count; i++)
            {
                var vectors = keep.Vectors(wanted[i].Hash, sights[i]);

                // Through the form they are kept in, so that a later score from the store is the same.
                seen[wanted[i].Hash] = new SeenNow(
                    keep.Row(wanted[i].Hash, decoded[i], sights[i], before: null),
                    vectors.Find(v => v.View == ContentView.Image) is { } image ? ContentVector.ReadImage(image.Data) : null,
                    vectors.Find(v => v.View == ContentView.Audio) is { } audio ? VectorCodec.ReadDense(audio.Data) : null,
                    vectors);
            }
        }
        finally
        {
            decoded.ForEach(d => d.Media.Dispose());
        }
    }

    private async Task<DecodedMedia> DecodeAsync(MediaToSee medium, CancellationToken cancellation)
    {
        if (medium.Path is { } path)
        {
            return await decoder.RunAsync(path, medium.MediaType, cancellation);
        }

        await using var content = await blobs.OpenAsync(medium.Hash, cancellation);
        return content is null ? DecodedMedia.Nothing("Not looked at: its bytes are no longer kept.") : await decoder.RunAsync(content, medium.MediaType, cancellation);
    }
}
