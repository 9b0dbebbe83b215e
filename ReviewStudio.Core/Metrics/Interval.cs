using System.Globalization;

namespace ReviewStudio.Core.Metrics;

/// <summary>A two-sided interval.</summary>
/// <param name="Lower">Lower end, in the unit of the estimate.</param>
/// <param name="Upper">Upper end, not below <paramref name="Lower"/>.</param>
/// <param name="Confidence">Nominal coverage in (0, 1), such as 0.95.</param>
public readonly record struct Interval(double Lower, double Upper, double Confidence)
{
    public bool Contains(double value) => value >= Lower && value <= Upper;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Lower:0.###} to {Upper:0.###}");
}

/// <summary>A point estimate with its interval and sample size.</summary>
/// <param name="Point">The estimate on the whole sample.</param>
/// <param name="Interval">Its interval, or null where the point is undefined.</param>
/// <param name="N">Examples behind it.</param>
public sealed record Estimate(Measure Point, Interval? Interval, int N);
