namespace ReviewStudio.Core.Inference.Encoders.Ocr;

/// <summary>Puts lines in the order in which one reads: across their common direction, then along it.</summary>
internal static class ReadingOrder
{
    /// <summary>The common axis of boxes in degrees, whichever way up they are, longer ones counting more; 0 where there are none.</summary>
    public static float Axis(IEnumerable<TextBox> boxes) => Mean(boxes, turns: 2);

    /// <summary>Sorts by the direction that the boxes have in common, beginnings and ends told apart.</summary>
    public static IEnumerable<T> Sort<T>(IReadOnlyCollection<T> lines, Func<T, TextBox> boxOf)
    {
        var (sin, cos) = MathF.SinCos(Mean(lines.Select(boxOf), turns: 1) * MathF.PI / 180);
        var placed = lines
            .Select(line => (Line: line, Box: boxOf(line)))
            .Select(p => (p.Line, p.Box.Height, Along: (p.Box.X * cos) + (p.Box.Y * sin), Across: (p.Box.Y * cos) - (p.Box.X * sin)))
            .OrderBy(p => p.Across)
            .ToArray();
        for (var start = 0; start < placed.Length;)
        {
            var end = start + 1;
            while (end < placed.Length && placed[end].Across - placed[start].Across < Math.Min(placed[start].Height, placed[end].Height) / 2)
            {
                end++;
            }

            foreach (var p in placed[start..end].OrderBy(p => p.Along))
            {
                yield return p.Line;
            }

            start = end;
        }
    }

    /// <summary>The mean direction; with two turns, of lines without beginning: angles are doubled (Mardia and Jupp, Directional statistics, 2000, §1.1).</summary>
    private static float Mean(IEnumerable<TextBox> boxes, int turns)
    {
        float x = 0, y = 0;
        foreach (var box in boxes)
        {
            var (sin, cos) = MathF.SinCos(box.Angle * turns * MathF.PI / 180);
            (x, y) = (x + (box.Width * cos), y + (box.Width * sin));
        }

        return MathF.Atan2(y, x) * 180 / MathF.PI / turns;
    }
}
