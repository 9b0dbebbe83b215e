using ReviewStudio.Core.Training.Gates;

namespace ReviewStudio.Core.Training;

/// <summary>Settings of training that hold for the whole installation.</summary>
public sealed class TrainingOptions
{
    /// <summary>The built-in trainer's name in queue settings.</summary>
    public const string BuiltIn = "logistic";

    /// <summary>External trainers by the name that queues choose them by.</summary>
    public Dictionary<string, ExternalTrainerSettings> External { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The gates' margins.</summary>
    public GateOptions Gates { get; set; } = new();
}

/// <summary>An external trainer as configured.</summary>
public sealed class ExternalTrainerSettings
{
    /// <summary>The program; it finds the snapshot folder in <c>REVIEWSTUDIO_SNAPSHOT</c> and writes the head to <c>REVIEWSTUDIO_OUTPUT</c>.</summary>
    public string Command { get; set; } = "";

    public IReadOnlyList<string> Arguments { get; set; } = [];

    /// <summary>Longest run, in minutes.</summary>
    public double TimeoutMinutes { get; set; } = 120;
}
