namespace ReviewStudio.Components.Controls;

/// <summary>A line of a chart with a band around it.</summary>
/// <param name="Name">Written at its end.</param>
/// <param name="Colour">A CSS colour.</param>
/// <param name="Points">In ascending order of x.</param>
public sealed record ChartLine(string Name, string Colour, IReadOnlyList<ChartPoint> Points);

/// <summary>A point of a line and the band there.</summary>
/// <param name="Low">Lower edge of the band; y where it has none.</param>
/// <param name="High">Upper edge of the band; y where it has none.</param>
/// <param name="Words">What it says on hover.</param>
public sealed record ChartPoint(double X, double Y, double Low, double High, string Words);

/// <summary>The ranges and ticks of a chart: round steps around all its points, x from 0.</summary>
public sealed record ChartScale(double XLow, double XHigh, double YLow, double YHigh, IReadOnlyList<double> XTicks, IReadOnlyList<double> YTicks)
{
    private const int Steps = 5;

    public static ChartScale Of(IReadOnlyList<ChartLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var points = lines.SelectMany(l => l.Points).ToList();
        var (x, y) = points.Count == 0
            ? (Range(0, 1), Range(0, 1))
            : (Range(0, points.Max(p => p.X)), Range(points.Min(p => p.Low), points.Max(p => p.High)));
        return new(x[0], x[^1], y[0], y[^1], x, y);
    }

    /// <summary>Ticks of a round step from at or below the low end to at or above the high one.</summary>
    private static double[] Range(double low, double high)
    {
        var step = Round(Math.Max(high - low, Math.Max(1e-3, Math.Abs(high) * 1e-3)) / Steps);
        var first = Math.Floor((low / step) + 1e-9);
        var last = Math.Max(first + 1, Math.Ceiling((high / step) - 1e-9));
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    /// <summary>The next of 1, 2 or 5 times a power of ten.</summary>
    private static double Round(double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return (step / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
