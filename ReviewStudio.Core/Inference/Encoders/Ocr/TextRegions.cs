namespace ReviewStudio.Core.Inference.Encoders.Ocr;

/// <summary>
/// Turns a map of "this is text" into boxes: connected regions, the least rectangle around each, widened by what the
/// network was taught to shrink it (Liao et al., Real-time scene text detection with differentiable binarization, 2020).
/// </summary>
internal static class TextRegions
{
    private const float Text = 0.3f, LeastMean = 0.55f, Widening = 1.7f;
    private const int FewestPixels = 12, MostRegions = 1000;
    private const float ShortestSide = 3;

    /// <param name="map">f32[height, width], probabilities of text.</param>
    /// <returns>Boxes in pixels of the map.</returns>
    public static List<TextBox> Find(ReadOnlySpan<float> map, int width, int height)
    {
        var seen = new bool[map.Length];
        var boxes = new List<TextBox>();
        var queue = new Stack<int>();
        var edge = new Dictionary<int, (int Left, int Right)>();
        for (var start = 0; start < map.Length && boxes.Count < MostRegions; start++)
        {
            if (seen[start] || map[start] <= Text)
            {
                continue;
            }

            edge.Clear();
            var (count, sum) = (0, 0.0);
            seen[start] = true;
            queue.Push(start);
            while (queue.TryPop(out var at))
            {
                count++;
                sum += map[at];
                var (y, x) = Math.DivRem(at, width);
                edge[y] = edge.TryGetValue(y, out var row) ? (Math.Min(row.Left, x), Math.Max(row.Right, x)) : (x, x);
                for (var ny = Math.Max(0, y - 1); ny <= Math.Min(height - 1, y + 1); ny++)
                {
                    for (var nx = Math.Max(0, x - 1); nx <= Math.Min(width - 1, x + 1); nx++)
                    {
                        var next = (ny * width) + nx;
                        if (!seen[next] && map[next] > Text)
                        {
                            seen[next] = true;
                            queue.Push(next);
                        }
                    }
                }
            }

            if (count >= FewestPixels && sum / count >= LeastMean)
            {
                // Only the ends of each row can lie on the hull.
                var box = TextBox.Around([.. edge.SelectMany(r => new[] { ((float)r.Value.Left, (float)r.Key), (r.Value.Right, r.Key) })]);
                if (Math.Min(box.Width, box.Height) >= ShortestSide)
                {
                    var margin = box.Width * box.Height * Widening / (2 * (box.Width + box.Height));
                    boxes.Add(box with { X = box.X + 0.5f, Y = box.Y + 0.5f, Width = box.Width + (2 * margin), Height = box.Height + (2 * margin) });
                }
            }
        }

        return boxes;
    }
}
