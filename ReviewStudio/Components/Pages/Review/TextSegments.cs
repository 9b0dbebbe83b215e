using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>A run of text that is shown in one way.</summary>
/// <param name="Start">UTF-16 offset in the part.</param>
/// <param name="Effect">What the word did to the score; 0 for nothing.</param>
/// <param name="Marked">Part of the reviewer's rationale.</param>
public sealed record TextSegment(int Start, string Text, double Effect, bool Marked);

/// <summary>Cuts a text where highlights begin and end.</summary>
public static class TextSegments
{
    public static IReadOnlyList<TextSegment> Of(string text, IReadOnlyList<WordEffect> effects, IEnumerable<RationaleMark> marks)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(effects);
        var spans = marks.Select(m => (Start: Clamp(m.Start, text), End: Clamp(m.End, text))).ToList();
        var cuts = new SortedSet<int> { 0, text.Length };
        foreach (var effect in effects.Where(e => e.Start + e.Length <= text.Length))
        {
            cuts.Add(effect.Start);
            cuts.Add(effect.Start + effect.Length);
        }

        foreach (var (start, end) in spans)
        {
            cuts.Add(start);
            cuts.Add(end);
        }

        var places = cuts.ToArray();
        var segments = new List<TextSegment>(places.Length);
        for (var i = 0; i + 1 < places.Length; i++)
        {
            var (start, end) = (places[i], places[i + 1]);
            var effect = effects.FirstOrDefault(e => e.Start <= start && end <= e.Start + e.Length)?.Effect ?? 0;
            segments.Add(new TextSegment(start, text[start..end], effect, spans.Exists(s => s.Start <= start && end <= s.End)));
        }

        return segments;
    }

    private static int Clamp(double place, string text) => (int)Math.Clamp(place, 0, text.Length);
}
