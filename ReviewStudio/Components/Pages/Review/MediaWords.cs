using System.Globalization;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference.Media;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>A key of a viewer.</summary>
/// <param name="Key">What the browser calls it; null for a pair or a gesture that is no button.</param>
/// <param name="Shown">What stands on it.</param>
/// <param name="Words">What it does.</param>
internal sealed record MediaKey(string? Key, string Shown, string Words);

/// <summary>How facts about media are put into words and numbers.</summary>
internal static class MediaWords
{
    private static readonly MediaKey Play = new(" ", "Space", "play");
    private static readonly MediaKey[] Wave = [new("<", "<", "slower"), new(">", ">", "faster"), new("[", "[", "mark from"), new("]", "]", "to"), new(null, "← →", "2 s, with Shift 10 s"), new("+", "+", "stretch"), new("0", "0", "all")];

    /// <summary>The viewer's own keys, in the order of their use.</summary>
    public static IEnumerable<MediaKey> Keys(Modality modality) => modality switch
    {
        Modality.Image => [new("x", "X", "box"), new(null, "arrows", "move it, with Shift size it"), new("Enter", "Enter", "keep it"), new("+", "+", "nearer"), new("-", "−", "farther"), new("0", "0", "whole"), new("r", "R", "rotate")],
        Modality.Video => [Play, new(",", ",", "frame back"), new(".", ".", "frame on"), new("j", "J", "picture back"), new("k", "K", "picture on"), .. Wave, new("m", "M", "sound")],
        _ => [Play, .. Wave],
    };

    /// <summary>Minutes and seconds: <c>1:04.5</c>.</summary>
    /// <param name="seconds">Not negative.</param>
    public static string Clock(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)}:{seconds % 60:00.0}");

    /// <summary>How much of a sound is speech.</summary>
    public static string Speech(IReadOnlyList<SpeechSegment>? speech) => speech switch
    {
        null => "",
        { Count: 0 } => "no speech heard",
        _ => string.Create(CultureInfo.InvariantCulture, $"speech {speech.Sum(s => s.End - s.Start) / 1000.0:0.0} s, shaded; not transcribed"),
    };

    public static string Faces(int? faces) => faces switch { null => "", 0 => "no faces found", 1 => "1 face", _ => $"{faces} faces" };

    public static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{part * 100:0.###}%");

    public static string? Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture);
}
