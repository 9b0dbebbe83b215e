namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>
/// A measure of agreement: a finite value with its interval, or the reason why there is none. Never NaN.
/// </summary>
/// <param name="Value">The value, at most 1; null where it is not defined.</param>
/// <param name="Interval">Its interval over items with the raters fixed; null where there is no value or nothing to estimate a spread from.</param>
/// <param name="N">The items that it rests on: those with two verdicts or more.</param>
/// <param name="WhyNot">Why there is no value, as a sentence for the screen; null where there is one.</param>
/// <param name="Caution">Why the interval is missing or not to be trusted, as a sentence for the screen; null where it is.</param>
public sealed record Coefficient(double? Value, Interval? Interval, int N, string? WhyNot, string? Caution)
{
    /// <summary>No value, and why.</summary>
    public static Coefficient Undefined(int n, string whyNot) => new(null, null, n, whyNot, null);
}

/// <summary>What the labels are to each other.</summary>
public enum MeasurementLevel
{
    /// <summary>Names: two labels are the same or they are not.</summary>
    Nominal,

    /// <summary>Ranks: what lies between two labels counts.</summary>
    Ordinal,

    /// <summary>Numbers: the squared difference counts.</summary>
    Interval,
}
