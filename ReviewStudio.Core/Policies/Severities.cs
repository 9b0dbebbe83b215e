namespace ReviewStudio.Core.Policies;

/// <summary>Severities in words that need no legend.</summary>
public static class Severities
{
    /// <summary>All severities, the mildest first.</summary>
    public static readonly IReadOnlyList<int> All = [0, 1, 2, 3];

    public static string Word(int severity) => severity switch
    {
        <= 0 => "none",
        1 => "low",
        2 => "high",
        _ => "severe",
    };
}
