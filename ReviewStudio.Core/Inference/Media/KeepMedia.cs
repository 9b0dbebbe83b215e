using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>
/// Decodes media, lets the encoders look at them and keeps what they saw. What an encoder of the same version has seen
/// before is not computed again: one that comes later looks alone.
/// </summary>
public sealed class KeepMedia(
    Database database, EncoderCatalog encoders, MediaDecoder decoder, MediaEncoder encoder, ContentTexts texts, IBlobStore blobs, TimeProvider clock) : IUseCase
{
    /// <returns>What was seen of each, in the order given.</returns>
    internal async Task<IReadOnlyList<EncodedMedia>> RunAsync(IReadOnlyList<MediaProbe> probes, CancellationToken stop)
    {
        var hashes = probes.Select(p => p.Hash).ToList();
        var before = await database.ReadAsync(db => db.Set<EncodedMedia>().Where(m => hashes.Contains(m.Hash)).ToDictionaryAsync(m => m.Hash, StringComparer.Ordinal, stop), stop);
        var wanted = new MediaToEncode?[probes.Count];
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, probes.Count), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
                async (i, token) => wanted[i] = await WantedAsync(probes[i], before.GetValueOrDefault(probes[i].Hash), token));
            var media = Array.ConvertAll(wanted, w => w!);
            var sights = await Task.Run(() => encoder.Encode(media, stop), stop);
            return await KeepAsync(probes, before, media, sights, stop);
        }
        finally
        {
            Array.ForEach(wanted, w => w?.Media.Dispose());
        }
    }

    /// <summary>Rows of what was seen, for a medium that is not kept yet or is kept beside them.</summary>
    internal EncodedMedia Row(string hash, MediaToEncode wanted, MediaSight sight, EncodedMedia? before)
    {
        var decoded = wanted.Media.Frames.Count > 0 || wanted.Media.Samples is not null;
        var row = new EncodedMedia
        {
            Hash = hash,
            EncoderVersion = decoded || decoder.Available ? encoders.MediaVersion : "",
            ReadText = sight.ReadText ?? before?.ReadText ?? "",
            Faces = sight.Faces ?? before?.Faces,
            SpeechJson = before?.SpeechJson,
            EncodedAt = clock.Instant(),
        };
        if (sight.Speech is not null)
        {
            row.Speech = sight.Speech;
        }

        row.ReadLanguage = row.ReadText.Length == 0 ? "und" : encoders.Languages?.Detect(row.ReadText).Code ?? "und";
        row.NotLookedAt = [.. wanted.Media.NotLookedAt, .. Missing(wanted.Media), .. Unread(row)];
        return row;
    }

    /// <summary>The vectors of what was seen.</summary>
    internal List<ContentVector> Vectors(string hash, MediaSight sight)
    {
        var vectors = new List<ContentVector>();
        if (sight.Image is { } image)
        {
            vectors.Add(new ContentVector { ContentHash = hash, View = ContentView.Image, EncoderVersion = encoders.ImageVersion!, Data = ContentVector.Write(image) });
        }

        if (sight.Audio is { } audio)
        {
            vectors.Add(new ContentVector { ContentHash = hash, View = ContentView.Audio, EncoderVersion = encoders.AudioVersion!, Data = VectorCodec.WriteDense(audio) });
        }

        return vectors;
    }

    private async Task<MediaToEncode> WantedAsync(MediaProbe probe, EncodedMedia? before, CancellationToken stop)
    {
        if (probe.State == ProbeState.Refused)
        {
            return new MediaToEncode(DecodedMedia.Nothing($"Not looked at. {probe.Problem}"));
        }

        await using var content = await blobs.OpenAsync(probe.Hash, stop);
        var media = content is null ? DecodedMedia.Nothing("Not looked at: its bytes are no longer kept.") : await decoder.RunAsync(content, probe.MediaType, MediaFacts.Of(probe), stop);
        var looked = before?.EncoderVersion.Split(' ').ToHashSet(StringComparer.Ordinal) ?? [];
        bool Wanted(string? version) => version is not null && !looked.Contains(version);
        return new MediaToEncode(media, Wanted(encoders.ImageVersion), Wanted(encoders.AudioVersion), Wanted(encoders.PictureTextVersion), Wanted(encoders.FacesVersion));
    }

    private async Task<IReadOnlyList<EncodedMedia>> KeepAsync(
        IReadOnlyList<MediaProbe> probes, Dictionary<string, EncodedMedia> before, MediaToEncode[] wanted, MediaSight[] sights, CancellationToken stop)
    {
        var rows = probes.Select((p, i) => Row(p.Hash, wanted[i], sights[i], before.GetValueOrDefault(p.Hash))).ToList();
        await texts.GetAsync(rows.Where(r => r.ReadText.Length > 0).Select(r => new TextInput(r.ReadText, r.ReadLanguage)), stop);
        await KeepAsync(rows, probes.SelectMany((p, i) => Vectors(p.Hash, sights[i])).ToList(), stop);
        return rows;
    }

    /// <summary>Vectors and what was seen commit together: where the one is, the other is.</summary>
    internal Task KeepAsync(List<EncodedMedia> rows, List<ContentVector> vectors, CancellationToken stop) => database.WriteAsync(
        async db =>
        {
            await ContentTexts.KeepAsync(db, vectors, stop);
            var hashes = rows.ConvertAll(r => r.Hash);
            var there = await db.Set<EncodedMedia>().Where(m => hashes.Contains(m.Hash)).ToDictionaryAsync(m => m.Hash, StringComparer.Ordinal, stop);
            foreach (var row in rows)
            {
                if (there.TryGetValue(row.Hash, out var known))
                {
                    (row.Id, row.PublicId) = (known.Id, known.PublicId);
                    db.Entry(known).CurrentValues.SetValues(row);
                }
                else
                {
                    db.Add(row);
                }
            }

            await db.SaveChangesAsync(stop);
        },
        stop);

    private IEnumerable<string> Missing(DecodedMedia media)
    {
        if (media.Frames.Count > 0 && encoders.Images is null)
        {
            yield return "What the picture shows was not looked at: its encoder is missing here.";
        }

        if (media.Frames.Count > 0 && encoders.PictureText is null)
        {
            yield return "Text in the picture was not read: its encoder is missing here.";
        }

        if (media.Samples is not null && encoders.Audio is null)
        {
            yield return "The sound was not listened to: its encoder is missing here.";
        }
    }

    private IEnumerable<string> Unread(EncodedMedia row)
    {
        if (row.Speech is { Count: > 0 } speech)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"Somebody speaks ({speech.Sum(s => s.End - s.Start) / 1000d:0.#} s). It is not written down: how it sounds was looked at, not what is said.");
        }

        if (row.ReadText.Length > 0 && (encoders.Sentences is null || !TextVectorizer.IsCovered(new TextInput(row.ReadText, row.ReadLanguage))))
        {
            yield return $"There is no semantic model for the text in it ({row.ReadLanguage}): its words were looked at, not its meaning.";
        }
    }
}
