using System.Globalization;
using System.Runtime.InteropServices;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>
/// Decodes media for the encoders, in ffmpeg's own bounded process, and short plain WAV files here: pictures upright and at most 2,048 pixels long, frames
/// of a video evenly spread, ten minutes of sound. The same bytes are always decoded alike.
/// </summary>
public sealed class MediaDecoder(MediaTools tools, StudioFolders folders) : IUseCase
{
    /// <summary>Frames of a video that are looked at: those of its contact sheet.</summary>
    public const int Frames = MakeDerivatives.SheetFrames;

    private const int LongestPicture = 2048, LongestFrame = 960;

    // Bytes; at the lowest rate that is read, 32 million samples.
    private const int ShortWave = 2_000_000;

    private static readonly string[] Sound = ["-map", "0:a:0", "-vn", "-t", $"{AudioEncoder.Longest}", "-ac", "1", "-ar", $"{Resampler.Rate}", "-f", "f32le"];

    // Beyond this, key frames alone are decoded.
    private const double LongVideo = 60;

    /// <summary>Whether anything can be decoded here.</summary>
    public bool Available => tools.Available;

    /// <summary>Decodes a file. What cannot be decoded is told in a sentence and is no error.</summary>
    /// <param name="path">The bytes, under any name.</param>
    /// <param name="type">What they were sniffed to be.</param>
    public Task<DecodedMedia> RunAsync(string path, string type, CancellationToken stop) => RunAsync(path, type, known: null, stop);

    /// <summary>Decodes a stream, by way of a scratch file.</summary>
    public Task<DecodedMedia> RunAsync(Stream content, string type, CancellationToken stop) => RunAsync(content, type, known: null, stop);

    /// <param name="known">What ffprobe has said of it before; null where it must be asked.</param>
    internal async Task<DecodedMedia> RunAsync(string path, string type, MediaFacts? known, CancellationToken stop)
    {
        if (!tools.Available)
        {
            return Missing;
        }

        var format = MediaFormat.Of(type);
        try
        {
            return format.Modality switch
            {
                Modality.Image => await PictureAsync(path, format, stop),
                Modality.Audio => await SoundAsync(path, format, known, stop),
                _ => await VideoAsync(path, format, known, stop),
            };
        }
        catch (RefusedException e)
        {
            return DecodedMedia.Nothing($"Not looked at. {e.Message}");
        }
        catch (InvalidDataException e)
        {
            return DecodedMedia.Nothing($"Not looked at. {e.Message}");
        }
        catch (EndOfStreamException)
        {
            return DecodedMedia.Nothing($"Not looked at. This {format.Name} file is damaged or not complete.");
        }
    }

    /// <inheritdoc cref="RunAsync(string, string, MediaFacts?, CancellationToken)"/>
    internal async Task<DecodedMedia> RunAsync(Stream content, string type, MediaFacts? known, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!tools.Available)
        {
            return Missing;
        }

        var path = Path.Combine(folders.Scratch, Guid.CreateVersion7().ToString("N"));
        try
        {
            await using (var file = new FileStream(path, FileMode.CreateNew))
            {
                await content.CopyToAsync(file, stop);
            }

            return await RunAsync(path, type, known, stop);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static DecodedMedia Missing => DecodedMedia.Nothing($"Not looked at: ffmpeg is missing here. {MediaTools.HowToGet}");

    private async Task<DecodedMedia> PictureAsync(string path, MediaFormat format, CancellationToken stop)
    {
        var jpeg = format == MediaFormat.Jpeg;
        var upright = jpeg ? ExifOrientation.Filter(ExifOrientation.Read(await HeadAsync(path, stop))) : "";
        var pictures = await PixelsAsync(path, format, jpeg ? ["-noautorotate"] : [], $"{upright}{Fit(LongestPicture)}", 1, LongestPicture, [], stop);
        return new(pictures, null, format == MediaFormat.Gif ? ["Of an animation the first picture alone was looked at."] : []);
    }

    private async Task<DecodedMedia> SoundAsync(string path, MediaFormat format, MediaFacts? known, CancellationToken stop)
    {
        if (format == MediaFormat.Wav && new FileInfo(path).Length <= ShortWave && await WaveAsync(path, stop) is { } samples)
        {
            return new([], samples, []);
        }

        using var bytes = new MemoryStream();
        await tools.RunAsync(path, format, [], [[.. Sound, "-"]], stop, (output, token) => output.CopyToAsync(bytes, token));
        return new([], Samples(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), format), await LeftOutAsync(path, format, known, stop));
    }

    /// <summary>Plain sound needs no native reader: starting a process takes longer than all the rest of a short one.</summary>
    /// <returns>Null for what the reader here does not know.</returns>
    private static async Task<float[]?> WaveAsync(string path, CancellationToken stop)
    {
        try
        {
            var samples = WaveFile.Read(await File.ReadAllBytesAsync(path, stop));
            return samples.Length is > 0 and <= AudioEncoder.Longest * Resampler.Rate ? samples : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Frames and sound by one run, which reads and decodes the file once: at most 38 MB of sound pass through a file beside it.</summary>
    private async Task<DecodedMedia> VideoAsync(string path, MediaFormat format, MediaFacts? known, CancellationToken stop)
    {
        var facts = known ?? MediaFacts.Read(await tools.ProbeAsync(path, format, stop));
        if ((long)(facts.Width ?? 0) * (facts.Height ?? 0) > PixelSize.Most)
        {
            return DecodedMedia.Nothing("Not looked at: the video has too many pixels.");
        }

        var (seen, heard) = (facts.VideoCodec.Length > 0, facts.AudioCodec.Length > 0);
        if (!seen)
        {
            return heard ? await SoundAsync(path, format, facts, stop) : new([], null, []);
        }

        var rate = string.Create(CultureInfo.InvariantCulture, $"{Frames / Math.Max(facts.Duration ?? Frames, 0.5):0.######}");
        var beside = path + ".sound";
        List<StillImage> frames = [];
        try
        {
            frames = await PixelsAsync(
                path, format, facts.Duration > LongVideo ? ["-skip_frame", "nokey"] : [], $"fps={rate},{Fit(LongestFrame)}", Frames, LongestFrame, heard ? [[.. Sound, beside]] : [], stop);
            var samples = heard ? Samples(await File.ReadAllBytesAsync(beside, stop), format) : null;
            return new(frames, samples, [$"Of the video, {frames.Count} frames were looked at.", .. heard ? TooLong(facts) : []]);
        }
        catch
        {
            frames.ForEach(f => f.Dispose());
            throw;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private async Task<List<StillImage>> PixelsAsync(
        string path, MediaFormat format, IEnumerable<string> before, string filter, int most, int longest, string[][] others, CancellationToken stop)
    {
        List<StillImage> pictures = [];
        await tools.RunAsync(
            path, format, before, [["-map", "0:v:0", "-vf", filter, "-frames:v", $"{most}", "-f", "image2pipe", "-c:v", "ppm", "-pix_fmt", "rgb24", "-"], .. others], stop,
            async (output, token) => pictures = await PixelStream.ReadAsync(output, most, longest, token));
        return pictures.Count > 0 ? pictures : throw new InvalidDataException($"Nothing in this {format.Name} file can be decoded.");
    }

    private static float[] Samples(ReadOnlySpan<byte> bytes, MediaFormat format)
    {
        var samples = MemoryMarshal.Cast<byte, float>(bytes[..(bytes.Length & ~3)]).ToArray();
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = float.IsFinite(samples[i]) ? Math.Clamp(samples[i], -1, 1) : 0;
        }

        return samples.Length > 0 ? samples : throw new InvalidDataException($"This {format.Name} file has no sound in it.");
    }

    private async Task<IReadOnlyList<string>> LeftOutAsync(string path, MediaFormat format, MediaFacts? known, CancellationToken stop) =>
        new FileInfo(path).Length < AudioEncoder.Longest * 1_000 ? [] : TooLong(known ?? MediaFacts.Read(await tools.ProbeAsync(path, format, stop)));

    private static string[] TooLong(MediaFacts facts) => facts.Duration > AudioEncoder.Longest + 1 ? ["Of the sound, the first ten minutes were listened to."] : [];

    private static string Fit(int longest) =>
        string.Create(CultureInfo.InvariantCulture, $"scale=w='min({longest},iw)':h='min({longest},ih)':force_original_aspect_ratio=decrease");

    private static async Task<byte[]> HeadAsync(string path, CancellationToken stop)
    {
        await using var file = File.OpenRead(path);
        var head = new byte[MediaSniffer.Needed * 2];
        return head[..await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, stop)];
    }
}
