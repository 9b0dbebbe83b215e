using ReviewStudio.Core.Policies;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Policy content that is in order, for tests to bend.</summary>
public static class Contents
{
    public static PolicyContent Of(params string[] keys) => new()
    {
        Guidance = "Judge what is said, not who says it.",
        Labels = [.. keys.Select((key, i) => new LabelContent
        {
            Key = key, Name = key.ToUpperInvariant(), HotKey = $"{i + 1}", Benign = i == 0, Severity = i == 0 ? 0 : 2, Colour = "#3b6fd4",
        })],
    };

    public static NewPolicy Policy(string key, params string[] labels) => new() { Key = key, Name = $"Policy {key}", Content = Of(labels) };
}
