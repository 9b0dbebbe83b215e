namespace ReviewStudio.Core.Inference.Encoders.Ocr;

/// <summary>A rectangle around a line of text, in pixels of its picture, turned about its centre.</summary>
/// <param name="X">Centre, from the left.</param>
/// <param name="Y">Centre, from the top.</param>
/// <param name="Width">Along the line.</param>
/// <param name="Height">Across it.</param>
/// <param name="Angle">Direction of the line in degrees, clockwise from the right.</param>
public readonly record struct TextBox(float X, float Y, float Width, float Height, float Angle)
{
    /// <summary>The box read the other way up.</summary>
    internal TextBox Flipped => this with { Angle = Angle + 180 };

    /// <summary>The same rectangle, described along its other side.</summary>
    internal TextBox Quarter => new(X, Y, Height, Width, Angle > 0 ? Angle - 90 : Angle + 90);

    /// <summary>The rectangle of least area around points: one of its sides lies on a side of their convex hull (Freeman and Shapira, 1975).</summary>
    /// <param name="points">At least one.</param>
    /// <returns>With its longer side as width and an angle in (-90, 90].</returns>
    internal static TextBox Around(IReadOnlyList<(float X, float Y)> points)
    {
        var hull = Hull(points);
        var best = default(TextBox);
        var least = float.MaxValue;
        for (var i = 0; i < hull.Count; i++)
        {
            var (a, b) = (hull[i], hull[(i + 1) % hull.Count]);
            var length = MathF.Sqrt(((b.X - a.X) * (b.X - a.X)) + ((b.Y - a.Y) * (b.Y - a.Y)));
            var (ux, uy) = length > 0 ? ((b.X - a.X) / length, (b.Y - a.Y) / length) : (1f, 0f);
            float minU = float.MaxValue, maxU = float.MinValue, minV = float.MaxValue, maxV = float.MinValue;
            foreach (var p in hull)
            {
                float u = (p.X * ux) + (p.Y * uy), v = (p.Y * ux) - (p.X * uy);
                (minU, maxU, minV, maxV) = (Math.Min(minU, u), Math.Max(maxU, u), Math.Min(minV, v), Math.Max(maxV, v));
            }

            // A pixel has a width of its own.
            float width = maxU - minU + 1, height = maxV - minV + 1;
            if (width * height < least)
            {
                least = width * height;
                float u = (minU + maxU) / 2, v = (minV + maxV) / 2;
                best = new((u * ux) - (v * uy), (u * uy) + (v * ux), width, height, MathF.Atan2(uy, ux) * 180 / MathF.PI);
            }
        }

        best = best.Width < best.Height ? best.Quarter : best;
        var angle = best.Angle;
        while (angle > 90)
        {
            angle -= 180;
        }

        while (angle <= -90)
        {
            angle += 180;
        }

        return best with { Angle = angle };
    }

    /// <summary>Convex hull by Andrew's monotone chain (1979).</summary>
    private static List<(float X, float Y)> Hull(IReadOnlyList<(float X, float Y)> points)
    {
        var sorted = points.Distinct().Order().ToArray();
        if (sorted.Length < 3)
        {
            return [.. sorted];
        }

        static float Cross((float X, float Y) o, (float X, float Y) a, (float X, float Y) b) => ((a.X - o.X) * (b.Y - o.Y)) - ((a.Y - o.Y) * (b.X - o.X));

        static List<(float X, float Y)> Half(IEnumerable<(float X, float Y)> from)
        {
            var chain = new List<(float X, float Y)>();
            foreach (var p in from)
            {
                while (chain.Count >= 2 && Cross(chain[^2], chain[^1], p) <= 0)
                {
                    chain.RemoveAt(chain.Count - 1);
                }

                chain.Add(p);
            }

            chain.RemoveAt(chain.Count - 1);
            return chain;
        }

        return [.. Half(sorted), .. Half(sorted.Reverse())];
    }
}
