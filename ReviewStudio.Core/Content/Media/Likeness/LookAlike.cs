using System.Globalization;

namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>
/// Decodes a picture, or frames of a video, in ffmpeg's bounded process and computes their perceptual hashes. Sound has
/// none, and neither has anything without ffmpeg: files from outside are not decoded in this process.
/// </summary>
public sealed class LookAlike(MediaTools tools) : IUseCase
{
    /// <summary>Frames of a video, evenly spread over its length.</summary>
    public const int VideoFrames = MakeDerivatives.SheetFrames;

    // Above, a picture is averaged down first: its hash moves by a few bits, and memory stays bounded.
    private const int LongestSide = 1024;
    private const int LongestFrame = 512;
    private const double LongWhenSeconds = 60;

    /// <param name="path">A file that may be read; its name is not looked at.</param>
    /// <param name="orientation">EXIF orientation, 1 to 8, of a JPEG.</param>
    /// <param name="duration">Of a video, in seconds; null where it is not told.</param>
    /// <returns>One picture of an image (the first frame of an animation), up to <see cref="VideoFrames"/> of a video, none of sound.</returns>
    /// <exception cref="Accounts.RefusedException"><c>media.damaged</c> or <c>media.slow</c>.</exception>
    public async Task<IReadOnlyList<PdqPicture>> RunAsync(string path, MediaFormat format, int orientation, double? duration, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (!tools.Available || format.Modality is Modality.Audio or Modality.Text)
        {
            return [];
        }

        var frames = Frames();
        await tools.RunAsync(path, format, Before(format, duration), [[.. Output(format, orientation, duration), "-"]], stop, frames.ReadAsync);
        return frames.Seen;
    }

    /// <summary>Reads what ffmpeg writes by <see cref="Output"/>.</summary>
    internal static RawFrames Frames() => new(VideoFrames, LongestSide);

    /// <summary>Options of an output that holds the pictures, for who has more made in the same run; long videos are decoded by their key frames.</summary>
    internal static string[] Output(MediaFormat format, int orientation, double? duration)
    {
        string[] output = ["-sws_flags", "area+accurate_rnd+full_chroma_int", "-pix_fmt", "rgb24", "-c:v", "ppm", "-f", "image2pipe"];
        if (format.Modality == Modality.Image)
        {
            return ["-map", "0:v:0", "-vf", ExifOrientation.Filter(orientation) + Fit(LongestSide), "-frames:v", "1", .. output];
        }

        var rate = string.Create(CultureInfo.InvariantCulture, $"{VideoFrames / Math.Max(duration ?? VideoFrames, 0.5):0.######}");
        return ["-map", "0:v:0", "-vf", $"fps={rate},{Fit(LongestFrame)}", "-frames:v", $"{VideoFrames}", .. output];
    }

    private static string[] Before(MediaFormat format, double? duration) =>
        format == MediaFormat.Jpeg ? ["-noautorotate"] : format.Modality == Modality.Video && duration > LongWhenSeconds ? ["-skip_frame", "nokey"] : [];

    private static string Fit(int side) => string.Create(CultureInfo.InvariantCulture, $"scale=w='min({side},iw)':h='min({side},ih)':force_original_aspect_ratio=decrease:flags=area+accurate_rnd+full_chroma_int");
}
