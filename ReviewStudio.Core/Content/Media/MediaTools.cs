using System.Text;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Settings of what looks at media.</summary>
public sealed class MediaOptions
{
    /// <summary>Whether ffmpeg is used where it is found.</summary>
    public bool UseFfmpeg { get; set; } = true;

    /// <summary>The longest that one program may work on one file.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>ffmpeg and ffprobe of the operating system, with the network off and one file to read.</summary>
public sealed class MediaTools(IOptions<MediaOptions> options) : IUseCase
{
    /// <summary>What to do about a missing ffmpeg.</summary>
    public const string HowToGet = "Install ffmpeg (Debian: apt-get install ffmpeg).";

    private const int LongestAnswer = 1 << 20;

    /// <summary>Nothing that the file tells of itself goes into an output.</summary>
    private static readonly string[] Anonymous = ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"];

    private readonly string? _ffmpeg = BoundedProcess.Find("ffmpeg");
    private readonly string? _ffprobe = BoundedProcess.Find("ffprobe");

    /// <summary>Whether both programs are there.</summary>
    public bool Available => options.Value.UseFfmpeg && _ffmpeg is not null && _ffprobe is not null;

    /// <returns>What ffprobe says of the file, as JSON.</returns>
    /// <exception cref="RefusedException"><c>media.damaged</c> or <c>media.slow</c>.</exception>
    internal async Task<string> ProbeAsync(string path, MediaFormat format, CancellationToken cancellation)
    {
        using var answer = new MemoryStream();
        string[] arguments =
        [
            "-v", "error", "-hide_banner", "-protocol_whitelist", "file,pipe", "-f", format.Demuxer, "-print_format", "json", "-show_format", "-show_streams", "-i", path,
        ];
        var end = await BoundedProcess.RunAsync(_ffprobe!, arguments, TimeSpan.FromSeconds(30), (output, stop) => CopyAsync(output, answer, LongestAnswer, stop), cancellation);
        Demand(end, format);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>Runs ffmpeg on one input, which it decodes once for all outputs.</summary>
    /// <param name="before">What stands before the input.</param>
    /// <param name="outputs">Of each output its options and then its place; <c>-</c> for standard output, at most once.</param>
    /// <param name="output">Reads standard output; null where all outputs are files.</param>
    /// <exception cref="RefusedException"><c>media.damaged</c> or <c>media.slow</c>.</exception>
    internal async Task RunAsync(
        string path, MediaFormat format, IEnumerable<string> before, IEnumerable<string[]> outputs, CancellationToken cancellation, Func<Stream, CancellationToken, Task>? output = null)
    {
        // Frames of sound are so short that threads which share them out do little but wait for each other.
        string[] arguments =
        [
            "-v", "error", "-hide_banner", "-nostdin", "-y", "-threads:v", "2", "-threads:a", "1", "-max_pixels", $"{PixelSize.Most}", "-protocol_whitelist", "file,pipe", "-f", format.Demuxer, .. before, "-i", path,
            .. outputs.SelectMany(o => Anonymous.Concat(o)),
        ];
        var end = await BoundedProcess.RunAsync(_ffmpeg!, arguments, options.Value.Timeout, output ?? ((stream, stop) => CopyAsync(stream, Stream.Null, LongestAnswer, stop)), cancellation);
        Demand(end, format);
    }

    private static async Task CopyAsync(Stream from, Stream to, int most, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        var total = 0;
        while (await from.ReadAsync(buffer, stop) is > 0 and var count)
        {
            total += count;
            if (total <= most)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), stop);
            }
        }
    }

    private static void Demand(ProcessEnd end, MediaFormat format)
    {
        if (end.TimedOut)
        {
            throw new RefusedException("media.slow", $"Looking at this {format.Name} file took too long, so it was given up. Send a shorter or smaller one.");
        }

        if (end.Code != 0)
        {
            throw new RefusedException("media.damaged", $"This {format.Name} file is damaged or not complete: it cannot be decoded. Send it again.");
        }
    }
}
