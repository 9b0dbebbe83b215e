using System.Globalization;

namespace ReviewStudio.Core.Metrics;

/// <summary>A figure that may not exist: either a finite value or the reason why there is none. Never NaN.</summary>
/// <param name="Value">The finite value, or null where it is undefined.</param>
/// <param name="Reason">Why there is no value, as a sentence fragment for the screen; null where there is one.</param>
public readonly record struct Measure(double? Value, string? Reason)
{
    /// <summary>A defined value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public static Measure Of(double value) => double.IsFinite(value)
        ? new(value, null)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A measure is finite; say why it is undefined instead.");

    /// <summary>No value, and why.</summary>
    public static Measure Undefined(string reason) => new(null, reason);

    /// <summary>A ratio, undefined where the denominator is 0.</summary>
    public static Measure Ratio(double numerator, double denominator, string reasonIfZero) =>
        denominator == 0 ? Undefined(reasonIfZero) : Of(numerator / denominator);

    public override string ToString() => Value is { } v ? v.ToString("0.####", CultureInfo.InvariantCulture) : $"undefined: {Reason}";
}
