using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>What the encoders see of decoded media; of each thing, null where it was not asked for or cannot be had.</summary>
/// <param name="Image">Of a video, the mean over its frames.</param>
/// <param name="Audio">f32[192], as <see cref="AudioEncoder"/> makes it.</param>
/// <param name="ReadText">The text in the picture or the frames; empty where there is none.</param>
/// <param name="Faces">In the picture, or the most in one frame.</param>
/// <param name="Speech">Where somebody speaks.</param>
public sealed record MediaSight(ImageFeatures? Image, float[]? Audio, string? ReadText, int? Faces, IReadOnlyList<SpeechSegment>? Speech)
{
    public static MediaSight Nothing { get; } = new(null, null, null, null, null);
}

/// <summary>What is wanted of a medium.</summary>
/// <param name="Media">Decoded; the caller frees it.</param>
public sealed record MediaToEncode(DecodedMedia Media, bool Image = true, bool Audio = true, bool Text = true, bool Faces = true);

/// <summary>Lets the encoders look at several media at once: pictures and frames in batches, sounds beside each other.</summary>
public sealed class MediaEncoder(EncoderCatalog encoders) : IUseCase
{
    /// <summary>The longest text that is kept of what is read in one medium, in characters.</summary>
    public const int LongestText = 20_000;

    /// <summary>In the order given.</summary>
    public MediaSight[] Encode(IReadOnlyList<MediaToEncode> wanted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var sights = new MediaSight[wanted.Count];
        Array.Fill(sights, MediaSight.Nothing);
        if (encoders.Images is { } images)
        {
            OfFrames(wanted, w => w.Image, images.Encode, cancellation, (i, frames) => sights[i] = sights[i] with { Image = PartVector.OfFrames(0, frames).Image });
        }

        if (encoders.PictureText is { } reader)
        {
            OfFrames(wanted, w => w.Text, reader.Read, cancellation, (i, frames) => sights[i] = sights[i] with { ReadText = Text(frames.Select(f => f.Text)) });
        }

        if (encoders.Faces is { } faces)
        {
            OfFrames(wanted, w => w.Faces, faces.Detect, cancellation, (i, frames) => sights[i] = sights[i] with { Faces = frames.Max(f => f.Count) });
        }

        if (encoders.Audio is { } audio)
        {
            var heard = Enumerable.Range(0, wanted.Count).Where(i => wanted[i] is { Audio: true, Media.Samples: not null });
            Parallel.ForEach(heard, new ParallelOptions { CancellationToken = cancellation }, i =>
            {
                var features = audio.Encode(wanted[i].Media.Samples, cancellation);
                lock (sights)
                {
                    sights[i] = sights[i] with { Audio = features.Features, Speech = [.. features.Speech.Select(s => new SpeechSegment(Milliseconds(s.Start), Milliseconds(s.End)))] };
                }
            });
        }

        return sights;
    }

    /// <summary>Looks at all frames of all media in one go, and hands out what was seen, one medium at a time.</summary>
    private static void OfFrames<T>(
        IReadOnlyList<MediaToEncode> wanted, Func<MediaToEncode, bool> asked, Func<IReadOnlyList<StillImage>, T[]> encode, CancellationToken cancellation, Action<int, T[]> take)
    {
        cancellation.ThrowIfCancellationRequested();
        var those = Enumerable.Range(0, wanted.Count).Where(i => asked(wanted[i]) && wanted[i].Media.Frames.Count > 0).ToArray();
        var frames = those.SelectMany(i => wanted[i].Media.Frames).ToArray();
        if (frames.Length == 0)
        {
            return;
        }

        var seen = encode(frames);
        var next = 0;
        foreach (var i in those)
        {
            var count = wanted[i].Media.Frames.Count;
            take(i, seen[next..(next + count)]);
            next += count;
        }
    }

    /// <summary>Frame after frame, what stands in several of them once.</summary>
    private static string Text(IEnumerable<string> frames)
    {
        var text = string.Join('\n', frames.Select(f => f.Trim()).Where(f => f.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase));
        return text.Length > LongestText ? text[..LongestText] : text;
    }

    private static int Milliseconds(double seconds) => (int)Math.Round(seconds * 1000);
}
