using System.Globalization;
using System.Text.Json;

namespace ReviewStudio.Core.Content.Media;

/// <summary>What ffprobe says of a file.</summary>
/// <param name="Duration">In seconds.</param>
/// <param name="FrameRate">Frames a second.</param>
/// <param name="Rotation">In degrees, as the container tells it.</param>
internal sealed record MediaFacts(int? Width, int? Height, double? Duration, double? FrameRate, string VideoCodec, string AudioCodec, int Rotation)
{
    /// <summary>What a look at the file came to before; the size is as it is seen.</summary>
    /// <returns>Null where nobody has looked, or nothing was told.</returns>
    public static MediaFacts? Of(MediaProbe probe) => probe.State == ProbeState.Ready && (probe.VideoCodec.Length > 0 || probe.AudioCodec.Length > 0)
        ? new MediaFacts(probe.Width, probe.Height, probe.Duration, probe.FrameRate, probe.VideoCodec, probe.AudioCodec, 0) : null;

    public static MediaFacts Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var streams = document.RootElement.TryGetProperty("streams", out var all) ? all.EnumerateArray().ToList() : [];
        var video = streams.FirstOrDefault(s => Is(s, "video") && !Attached(s));
        var audio = streams.FirstOrDefault(s => Is(s, "audio"));
        double? duration = document.RootElement.TryGetProperty("format", out var format) ? Number(format, "duration") : null;
        return new MediaFacts(
            Whole(video, "width"), Whole(video, "height"), duration ?? Number(video, "duration") ?? Number(audio, "duration"), Rate(video), Text(video, "codec_name"), Text(audio, "codec_name"), Turn(video));
    }

    private static bool Is(JsonElement stream, string kind) => Text(stream, "codec_type") == kind;

    /// <summary>A picture on the cover of a sound file is no video.</summary>
    private static bool Attached(JsonElement stream) => stream.TryGetProperty("disposition", out var d) && d.TryGetProperty("attached_pic", out var a) && a.GetInt32() == 1;

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static int? Whole(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : null;

    private static double? Number(JsonElement element, string name) =>
        double.TryParse(Text(element, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0 ? number : null;

    private static double? Rate(JsonElement video)
    {
        var parts = Text(video, "avg_frame_rate").Split('/');
        return parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var above) && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var below) && above > 0 && below > 0
            ? above / below : null;
    }

    private static int Turn(JsonElement video) =>
        video.ValueKind == JsonValueKind.Object && video.TryGetProperty("side_data_list", out var list)
            ? list.EnumerateArray().Select(s => Whole(s, "rotation") ?? 0).FirstOrDefault(r => r != 0) : 0;
}
