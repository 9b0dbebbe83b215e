using System.Globalization;
using System.Text;
using ReviewStudio.Core.Accounts;
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

    private const int MostFrames = 300;
    private const int LongestVideo = 3600;
    private const double LongWhenSeconds = 60;
    private const string Fit = "scale=w='min(4096,iw)':h='min(4096,ih)':force_original_aspect_ratio=decrease";
    private const string Small = "scale=w=320:h=320:force_original_aspect_ratio=decrease";

    private static readonly string[] BrowserVideo = ["h264", "vp8", "vp9", "av1"];
    private static readonly string[] BrowserSound = ["pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le", "mp3", "vorbis", "opus", "flac", "aac"];

    /// <summary>Fills the probe in. It is Ready, Limited or Refused afterwards.</summary>
    internal async Task RunAsync(MediaProbe probe, CancellationToken stop)
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

            probe.Orientation = format == MediaFormat.Jpeg ? ExifOrientation.Read(await HeadAsync(input, stop)) : 1;
            if (!tools.Available)
            {
                await WithoutToolsAsync(probe, format, input, stop);
                return;
            }

            var made = new Made(this, work, input, format);
            Fill(probe, MediaFacts.Read(await tools.ProbeAsync(input, format, stop)));
            await (format.Modality switch
            {
                Modality.Image => ImageAsync(probe, made, stop),
                Modality.Audio => SoundAsync(probe, made, stop),
                _ => VideoAsync(probe, made, stop),
            });
        }
        catch (RefusedException e)
        {
            (probe.State, probe.Problem, probe.ViewHash, probe.ViewType) = (ProbeState.Refused, e.Message, null, null);
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // One file must not keep all others waiting; it is looked at again when that is asked for.
            (probe.State, probe.Problem) = (ProbeState.Limited, $"It could not be looked at: {e.Message}");
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

    private static async Task ImageAsync(MediaProbe probe, Made made, CancellationToken stop)
    {
        var upright = ExifOrientation.Filter(probe.Orientation);
        string[] before = made.Format == MediaFormat.Jpeg ? ["-noautorotate"] : [];
        if (made.Format == MediaFormat.Gif)
        {
            probe.ViewHash = await made.FileAsync("view.webp", [], ["-vf", Fit, "-frames:v", $"{MostFrames}", "-c:v", "libwebp_anim", "-loop", "0", "-an"], stop);
            probe.ViewType = MediaFormat.WebP.Type;
        }
        else
        {
            var photo = made.Format == MediaFormat.Jpeg;
            probe.ViewHash = await made.FileAsync(photo ? "view.jpg" : "view.png", before, ["-vf", upright + Fit, "-frames:v", "1", .. photo ? new[] { "-q:v", "3" } : [], "-update", "1"], stop);
            probe.ViewType = photo ? MediaFormat.Jpeg.Type : MediaFormat.Png.Type;
        }

        probe.ThumbnailHash = await made.FileAsync("small.jpg", before, ["-vf", upright + Small, "-frames:v", "1", "-q:v", "5", "-update", "1"], stop);
    }

    private static async Task SoundAsync(MediaProbe probe, Made made, CancellationToken stop)
    {
        if (probe.AudioCodec.Length == 0)
        {
            throw new RefusedException("media.damaged", $"This {made.Format.Name} file has no sound in it. Send it again.");
        }

        var plays = BrowserSound.Contains(probe.AudioCodec, StringComparer.Ordinal);
        var end = !plays ? "mp3" : made.Format == MediaFormat.M4a ? "mp4" : made.Format.Name.ToLowerInvariant();
        string[] coding = plays ? ["-c:a", "copy"] : ["-c:a", "libmp3lame", "-q:a", "4"];
        probe.ViewHash = await made.FileAsync("view." + end, [], ["-map", "0:a:0", "-vn", .. coding], stop);
        probe.ViewType = plays ? made.Format.Type : MediaFormat.Mp3.Type;
        probe.PeaksHash = await made.PeaksAsync(stop);
    }

    private static async Task VideoAsync(MediaProbe probe, Made made, CancellationToken stop)
    {
        var plays = BrowserVideo.Contains(probe.VideoCodec, StringComparer.Ordinal) && probe.AudioCodec is "" or "aac" or "mp3" or "opus" or "vorbis";
        var web = plays && probe.VideoCodec is "vp8" or "vp9" && probe.AudioCodec is "" or "opus" or "vorbis";
        string[] coding = plays
            ? ["-c", "copy"]
            : ["-t", $"{LongestVideo}", "-vf", "scale=w='min(1280,iw)':h='min(1280,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2", "-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-pix_fmt", "yuv420p", "-c:a", "aac"];
        string[] quick = web ? [] : ["-movflags", "+faststart"];
        probe.ViewHash = await made.FileAsync(web ? "view.webm" : "view.mp4", [], ["-map", "0:v:0?", "-map", "0:a:0?", "-sn", "-dn", .. coding, .. quick], stop);
        probe.ViewType = web ? MediaFormat.WebM.Type : MediaFormat.Mp4.Type;
        if (probe.Duration > LongestVideo && !plays)
        {
            probe.Problem = "Only the first hour is shown: browsers do not play this kind of video, so it was made anew.";
        }

        if (probe.VideoCodec.Length > 0)
        {
            var rate = string.Create(CultureInfo.InvariantCulture, $"{SheetFrames / Math.Max(probe.Duration ?? SheetFrames, 0.5):0.######}");
            string[] keys = probe.Duration > LongWhenSeconds ? ["-skip_frame", "nokey"] : [];
            probe.ThumbnailHash = await made.FileAsync("small.jpg", [], ["-map", "0:v:0", "-vf", Small, "-frames:v", "1", "-q:v", "5", "-update", "1"], stop);
            probe.SheetHash = await made.FileAsync(
                "sheet.jpg", keys, ["-map", "0:v:0", "-vf", $"fps={rate},scale=160:90:force_original_aspect_ratio=decrease,pad=160:90:-1:-1,tile={SheetFrames}x1", "-frames:v", "1", "-q:v", "5", "-update", "1"], stop);
        }

        probe.PeaksHash = probe.AudioCodec.Length > 0 ? await made.PeaksAsync(stop) : null;
    }

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

    /// <summary>What is made of one input, in its own folder.</summary>
    private sealed class Made(MakeDerivatives maker, string folder, string input, MediaFormat format)
    {
        public MediaFormat Format => format;

        /// <returns>The hash of the file that was made.</returns>
        public async Task<string> FileAsync(string name, string[] before, string[] after, CancellationToken stop)
        {
            var path = Path.Combine(folder, name);
            await maker.Tools.RunAsync(input, format, before, [.. after, path], stop);
            if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            {
                throw new RefusedException("media.damaged", $"This {format.Name} file is damaged or not complete: nothing in it can be decoded. Send it again.");
            }

            await using var file = File.OpenRead(path);
            return (await maker.Blobs.SaveAsync(file, TakeMedia.Longest, stop)).Hash;
        }

        public async Task<string> PeaksAsync(CancellationToken stop)
        {
            var peaks = new Peaks();
            await maker.Tools.RunAsync(input, format, [], ["-map", "0:a:0", "-vn", "-ac", "1", "-ar", "4000", "-f", "s16le", "-"], stop, peaks.ReadAsync);
            return (await maker.Blobs.SaveAsync(new MemoryStream(Encoding.UTF8.GetBytes(peaks.ToJson())), TakeMedia.LongestImage, stop)).Hash;
        }
    }

    private MediaTools Tools => tools;

    private IBlobStore Blobs => blobs;
}
