using System.Globalization;
using MudBlazor;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Training;
using ReviewStudio.Core.Training.Gates;

namespace ReviewStudio.Components.Pages.Models;

/// <summary>What the states of heads, gates and runs are called and look like: always a word and a shape, and then a colour.</summary>
public static class ModelWords
{
    public static string Of(HeadState state) => state switch
    {
        HeadState.Champion => "serves",
        HeadState.Challenger => "waits",
        HeadState.Retired => "has served",
        _ => "rejected",
    };

    public static string Kind(HeadState state) => state switch
    {
        HeadState.Champion => "ok",
        HeadState.Challenger => "info",
        HeadState.Retired => "idle",
        _ => "severe",
    };

    public static string Icon(HeadState state) => state switch
    {
        HeadState.Champion => Icons.Material.Outlined.CheckCircle,
        HeadState.Challenger => Icons.Material.Outlined.HourglassEmpty,
        HeadState.Retired => Icons.Material.Outlined.History,
        _ => Icons.Material.Outlined.Block,
    };

    public static string Of(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Pass => "passed",
        GateOutcome.Warn => "warning",
        _ => "failed",
    };

    public static string Kind(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Pass => "ok",
        GateOutcome.Warn => "warn",
        _ => "severe",
    };

    public static string Icon(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Pass => Icons.Material.Outlined.CheckCircle,
        GateOutcome.Warn => Icons.Material.Outlined.WarningAmber,
        _ => Icons.Material.Outlined.Cancel,
    };

    /// <summary>A check's name for people: <c>slice:language=de</c> becomes "language de".</summary>
    public static string CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "macro-f1" => "Comparison",
            "calibration" => "Calibration",
            _ when name.StartsWith("slice:", StringComparison.Ordinal) => name["slice:".Length..].Replace('=', ' '),
            _ when name.StartsWith("obligation:", StringComparison.Ordinal) => "obligation " + name["obligation:".Length..].Replace(':', ' '),
            _ => name,
        };
    }

    public static string Trigger(string trigger) => trigger switch
    {
        "hand" => "by hand",
        "labels" => "by new labels",
        "schedule" => "by schedule",
        _ => trigger,
    };

    /// <summary>The stages of a run, in order, as a person would name them.</summary>
    public static IReadOnlyList<(TrainingStage Stage, string Name)> Stages { get; } =
    [
        (TrainingStage.Snapshot, "snapshot"),
        (TrainingStage.Fit, "fit"),
        (TrainingStage.Gate, "gates"),
        (TrainingStage.Promote, "promotion"),
        (TrainingStage.Rerank, "re-rank"),
    ];

    public static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
