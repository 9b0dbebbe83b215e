using System.Text.Json;
using System.Text.Json.Serialization;
using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Gates;

public enum GateOutcome
{
    Pass,
    Warn,
    Fail,
}

/// <summary>One check of the gate.</summary>
/// <param name="Name">Stable key, such as <c>macro-f1</c>, <c>calibration</c>, <c>slice:language=de</c> or <c>obligation:hate:recall</c>.</param>
/// <param name="Outcome">Warn lets the challenger through.</param>
/// <param name="Sentence">What was found, for a person.</param>
/// <param name="Value">The figure checked, or null where it is undefined.</param>
/// <param name="Interval">Its interval where it has one.</param>
/// <param name="N">Examples behind it.</param>
public sealed record GateCheck(string Name, GateOutcome Outcome, string Sentence, double? Value, Interval? Interval, int N);

/// <summary>A score between 0 and 1 with its interval.</summary>
/// <param name="N">Frozen examples behind it.</param>
public sealed record GateScore(double Value, double Lower, double Upper, int N);

/// <summary>The gate's answer.</summary>
/// <param name="Decision">Fail if any check failed, else Warn if any warned, else Pass.</param>
/// <param name="Summary">The decision in one sentence.</param>
/// <param name="Checks">All checks, the comparison first.</param>
/// <param name="Seed">The seed of the bootstrap.</param>
public sealed record GateReport(GateOutcome Decision, string Summary, IReadOnlyList<GateCheck> Checks, ulong Seed)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The challenger's own macro-F1 on the frozen set; null where there was nothing to measure it on.</summary>
    public GateScore? MacroF1 { get; init; }

    /// <summary>True where the challenger may serve.</summary>
    [JsonIgnore]
    public bool MayPromote => Decision != GateOutcome.Fail;

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">The text is not a report.</exception>
    public static GateReport FromJson(string json) =>
        JsonSerializer.Deserialize<GateReport>(json, Json) ?? throw new JsonException("The gate report is empty.");
}
