using System.Globalization;
using System.Text;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>
/// Looks at one media file with ffmpeg and makes what reviewers see: upright, without location data, in a form that
/// browsers play, with thumbnail, waveform and contact sheet.
/// </summary>
public sealed class MakeDerivatives(StudioFolders folders, IBlobStore blobs, MediaTools tools) : IUseCase
{
    /// <summary>Frames on a contact sheet, evenly spread.</summary>
    public const int SheetFrames = 12;

    /// <summary>When a frame of the contact sheet was seen, in seconds: the last frame before the middle of its stretch, as ffmpeg's filter <c>fps</c> rounds.</summary>
    /// <param name="index">0 to <see cref="SheetFrames"/> − 1.</param>
    /// <param name="seconds">How long the video is.</param>
    /// <param name="frameRate">Its frames a second.</param>
    public static double SheetTime(int index, double seconds, double frameRate)
    {
        var middle = (index + 0.5) * Math.Max(seconds, ShortestSheet) / SheetFrames;
        return Math.Max(0, Math.Min((Math.Ceiling(middle * frameRate) - 0.9) / frameRate, seconds));
    }

    private const double ShortestSheet = 0.5;
    private const int MostFrames = 300;
    private const int LongestVideo = 3600;
    private const double LongWhenSeconds = 60;

    // Bytes, as where sounds are decoded for the encoders.
    private const int ShortWave = 2_000_000;
    private const string Fit = "scale=w='min(4096,iw)':h='min(4096,ih)':force_original_aspect_ratio=decrease";
    private const string Small = "scale=w=320:h=320:force_original_aspect_ratio=decrease";

    /// <summary>Few samples a second are enough for a waveform.</summary>
    private static readonly string[] Loudness = ["-map", "0:a:0", "-vn", "-ac", "1", "-ar", "4000", "-f", "s16le"];

    private static readonly string[] BrowserVideo = ["h264", "vp8", "vp9", "av1"];
    private static readonly string[] BrowserSound = ["pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le", "mp3", "vorbis", "opus", "flac", "aac"];

    /// <summary>Fills the probe in. It is Ready, Limited or Refused afterwards.</summary>
    /// <returns>What was seen in it, for telling copies; empty for sound and where nothing could be decoded.</returns>
    internal async Task<IReadOnlyList<PdqPicture>> RunAsync(MediaProbe probe, CancellationToken stop)
    {
        var format = MediaFormat.Of(probe.MediaType);
        (probe.State, probe.Problem) = (ProbeState.Ready, null);
        var work = Directory.CreateDirectory(Path.Combine(folders.Scratch, Guid.CreateVersion7().ToString("N"))).FullName;
        try
        {
            var input = Path.Combine(work, "in");
            await using (var blob = await blobs.OpenAsync(probe.Hash, stop) ?? throw new RefusedException("media.gone", "The bytes are no longer kept. Send the item again."))
            await using (var file = new FileStream(input, FileMode.CreateNew))
            {
                await blob.CopyToAsync(file, stop);
            }

            var head = await HeadAsync(input, stop);
            probe.Orientation = format == MediaFormat.Jpeg ? ExifOrientation.Read(head) : 1;
            if (!tools.Available)
            {
                await WithoutToolsAsync(probe, format, input, stop);
                return [];
            }

            var made = new Derivatives(tools, blobs, work, input, format);
            Fill(probe, HeaderFacts.Read(format, head, new FileInfo(input).Length) ?? MediaFacts.Read(await tools.ProbeAsync(input, format, stop)));
            return await (format.Modality switch
            {
                Modality.Image => ImageAsync(probe, made, stop),
                Modality.Audio when Plain(format, head, input) is { } wave => WaveAsync(probe, wave, input, stop),
                Modality.Audio => SoundAsync(probe, made, stop),
                _ => VideoAsync(probe, made, stop),
            });
        }
        catch (RefusedException e)
        {
            (probe.State, probe.Problem, probe.ViewHash, probe.ViewType) = (ProbeState.Refused, e.Message, null, null);
            return [];
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // One file must not keep all others waiting; it is looked at again when that is asked for.
            (probe.State, probe.Problem) = (ProbeState.Limited, $"It could not be looked at: {e.Message}");
            return [];
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Fill(MediaProbe probe, MediaFacts facts)
    {
        if ((long)(facts.Width ?? 0) * (facts.Height ?? 0) > PixelSize.Most)
        {
            throw new RefusedException("media.pixels", string.Create(CultureInfo.InvariantCulture, $"It has {facts.Width:N0} × {facts.Height:N0} pixels; at most {PixelSize.Most / 1_000_000} million are decoded. Send a smaller one."));
        }

        var turned = probe.Orientation >= 5 || Math.Abs(facts.Rotation) % 180 == 90;
        (probe.Width, probe.Height) = turned ? (facts.Height, facts.Width) : (facts.Width, facts.Height);
        (probe.Duration, probe.FrameRate) = MediaFormat.Of(probe.MediaType).Modality == Modality.Image ? (null, null) : (facts.Duration, facts.FrameRate);
        (probe.VideoCodec, probe.AudioCodec) = (facts.VideoCodec, facts.AudioCodec);
    }

    private static async Task<IReadOnlyList<PdqPicture>> ImageAsync(MediaProbe probe, Derivatives made, CancellationToken stop)
    {
        var upright = ExifOrientation.Filter(probe.Orientation);
        var (animated, photo) = (made.Format == MediaFormat.Gif, made.Format == MediaFormat.Jpeg);
        var view = animated
            ? made.File("view.webp", "-vf", Fit, "-frames:v", $"{MostFrames}", "-c:v", "libwebp_anim", "-loop", "0", "-an")
            : made.File(photo ? "view.jpg" : "view.png", ["-vf", upright + Fit, "-frames:v", "1", .. photo ? new[] { "-q:v", "3" } : [], "-update", "1"]);
        var small = made.File("small.jpg", "-vf", upright + Small, "-frames:v", "1", "-q:v", "5", "-update", "1");
        var frames = LookAlike.Frames();
        await made.RunAsync(photo ? ["-noautorotate"] : [], LookAlike.Output(made.Format, probe.Orientation, null), frames.ReadAsync, stop);
        probe.ViewHash = await made.KeepAsync(view, stop);
        probe.ViewType = (animated ? MediaFormat.WebP : photo ? MediaFormat.Jpeg : MediaFormat.Png).Type;
        probe.ThumbnailHash = await made.KeepAsync(small, stop);
        return frames.Seen;
    }

    private static WaveHeader? Plain(MediaFormat format, byte[] head, string input) =>
        format == MediaFormat.Wav && new FileInfo(input).Length is <= ShortWave and var length ? WaveHeader.Read(head, length) : null;

    /// <summary>Plain sound needs no native reader: starting a process takes longer than all the rest of a short one.</summary>
    private async Task<IReadOnlyList<PdqPicture>> WaveAsync(MediaProbe probe, WaveHeader wave, string input, CancellationToken stop)
    {
        var file = await File.ReadAllBytesAsync(input, stop);
        probe.ViewHash = (await blobs.SaveAsync(new MemoryStream(wave.Anonymous(file)), TakeMedia.Longest, stop)).Hash;
        (probe.ViewType, probe.PeaksHash) = (MediaFormat.Wav.Type, await KeepAsync(wave.Peaks(file), stop));
        return [];
    }

    private async Task<IReadOnlyList<PdqPicture>> SoundAsync(MediaProbe probe, Derivatives made, CancellationToken stop)
    {
        if (probe.AudioCodec.Length == 0)
        {
            throw new RefusedException("media.damaged", $"This {made.Format.Name} file has no sound in it. Send it again.");
        }

        var plays = BrowserSound.Contains(probe.AudioCodec, StringComparer.Ordinal);
        var end = !plays ? "mp3" : made.Format == MediaFormat.M4a ? "mp4" : made.Format.Name.ToLowerInvariant();
        var view = made.File("view." + end, ["-map", "0:a:0", "-vn", .. plays ? new[] { "-c:a", "copy" } : ["-c:a", "libmp3lame", "-q:a", "4"]]);
        var peaks = new Peaks();
        await made.RunAsync([], Loudness, peaks.ReadAsync, stop);
        (probe.ViewHash, probe.ViewType) = (await made.KeepAsync(view, stop), plays ? made.Format.Type : MediaFormat.Mp3.Type);
        probe.PeaksHash = await KeepAsync(peaks, stop);
        return [];
    }

    private async Task<IReadOnlyList<PdqPicture>> VideoAsync(MediaProbe probe, Derivatives made, CancellationToken stop)
    {
        var plays = BrowserVideo.Contains(probe.VideoCodec, StringComparer.Ordinal) && probe.AudioCodec is "" or "aac" or "mp3" or "opus" or "vorbis";
        var web = plays && probe.VideoCodec is "vp8" or "vp9" && probe.AudioCodec is "" or "opus" or "vorbis";
        string[] coding = plays
            ? ["-c", "copy"]
            : ["-t", $"{LongestVideo}", "-vf", "scale=w='min(1280,iw)':h='min(1280,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2", "-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-pix_fmt", "yuv420p", "-c:a", "aac"];
        string[] quick = web ? [] : ["-movflags", "+faststart"];
        var view = made.File(web ? "view.webm" : "view.mp4", ["-map", "0:v:0?", "-map", "0:a:0?", "-sn", "-dn", .. coding, .. quick]);
        var (seen, heard) = (probe.VideoCodec.Length > 0, probe.AudioCodec.Length > 0);
        var keys = seen && probe.Duration > LongWhenSeconds;
        if (keys && !plays)
        {
            // It is decoded whole to be made anew; for pictures of a long one, key frames alone are.
            await made.RunAsync([], [], null, stop);
        }

        (string Small, string Sheet, string Frames)? pictures = seen ? Pictures(probe, made) : null;
        var peaks = new Peaks();
        await made.RunAsync(keys ? ["-skip_frame", "nokey"] : [], heard ? Loudness : [], peaks.ReadAsync, stop);
        (probe.ViewHash, probe.ViewType) = (await made.KeepAsync(view, stop), web ? MediaFormat.WebM.Type : MediaFormat.Mp4.Type);
        if (probe.Duration > LongestVideo && !plays)
        {
            probe.Problem = "Only the first hour is shown: browsers do not play this kind of video, so it was made anew.";
        }

        probe.PeaksHash = heard ? await KeepAsync(peaks, stop) : null;
        if (pictures is not var (small, sheet, frames))
        {
            return [];
        }

        (probe.ThumbnailHash, probe.SheetHash) = (await made.KeepAsync(small, stop), await made.KeepAsync(sheet, stop));
        var alike = LookAlike.Frames();
        await using var file = File.OpenRead(frames);
        await alike.ReadAsync(file, stop);
        return alike.Seen;
    }

    /// <summary>Asks for the thumbnail of a video, its contact sheet, and the frames by which copies are told: a few megabytes.</summary>
    private static (string Small, string Sheet, string Frames) Pictures(MediaProbe probe, Derivatives made)
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"{SheetFrames / Math.Max(probe.Duration ?? SheetFrames, ShortestSheet):0.######}");
        return (
            made.File("small.jpg", "-map", "0:v:0", "-vf", Small, "-frames:v", "1", "-q:v", "5", "-update", "1"),
            made.File("sheet.jpg", "-map", "0:v:0", "-vf", $"fps={rate},scale=160:90:force_original_aspect_ratio=decrease,pad=160:90:-1:-1,tile={SheetFrames}x1", "-frames:v", "1", "-q:v", "5", "-update", "1"),
            made.File("frames.ppm", LookAlike.Output(made.Format, 1, probe.Duration)));
    }

    private async Task<string> KeepAsync(Peaks peaks, CancellationToken stop) =>
        (await blobs.SaveAsync(new MemoryStream(Encoding.UTF8.GetBytes(peaks.ToJson())), TakeMedia.LongestImage, stop)).Hash;

    /// <summary>What can be shown without ffmpeg: images that can be stripped here, and kinds that browsers play and that carry no location.</summary>
    private async Task WithoutToolsAsync(MediaProbe probe, MediaFormat format, string input, CancellationToken stop)
    {
        probe.State = ProbeState.Limited;
        if (format == MediaFormat.Jpeg || format == MediaFormat.Png)
        {
            var stripped = Stripper.Strip(format, await File.ReadAllBytesAsync(input, stop), probe.Orientation)
                ?? throw new RefusedException("media.damaged", $"This {format.Name} file is damaged or not complete: it cannot be decoded. Send it again.");
            probe.ViewHash = (await blobs.SaveAsync(new MemoryStream(stripped), TakeMedia.LongestImage, stop)).Hash;
            (probe.ViewType, probe.Problem) = (format.Type, $"Shown as it came, without thumbnail: ffmpeg is missing here. {MediaTools.HowToGet}");
        }
        else if (format == MediaFormat.Gif || format == MediaFormat.WebM || (format.Modality == Modality.Audio && format != MediaFormat.M4a))
        {
            (probe.ViewHash, probe.ViewType) = (probe.Hash, format.Type);
            probe.Problem = $"Played as it came, without waveform or contact sheet: ffmpeg is missing here. {MediaTools.HowToGet}";
        }
        else
        {
            probe.Problem = $"Not shown: without ffmpeg, what a {format.Name} file tells of its place cannot be taken out. {MediaTools.HowToGet}";
        }
    }

    private static async Task<byte[]> HeadAsync(string path, CancellationToken stop)
    {
        await using var file = File.OpenRead(path);
        var head = new byte[MediaSniffer.Needed * 2];
        return head[..await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, stop)];
    }
}
