using System.Globalization;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>How a sheet's facts are put on the workbench.</summary>
internal static class SheetWords
{
    /// <summary>The colour of a label that the version in force no longer has.</summary>
    public const string Unknown = "#6b7280";

    /// <summary>Whether a label of the policy is of the highest severity: its pictures are veiled until asked for.</summary>
    public static bool Severe(TaskSheet sheet) => sheet.Policy.Labels.Exists(l => l.Severity >= 3);

    /// <summary>The label whose guidance is shown: the one under focus, else the likeliest, else the first.</summary>
    public static PolicyLabel? Focused(TaskSheet sheet, string? key) => sheet.Policy.Labels.Find(l => l.Key == key)
        ?? (sheet.Prediction is { ByLabel.Count: > 0 } prediction
            ? sheet.Policy.Labels.Find(l => l.Key == prediction.ByLabel.MaxBy(p => p.Value).Key)
            : sheet.Policy.Labels.FirstOrDefault());

    public static PolicyLabel? LabelOf(TaskSheet sheet, string key) => sheet.Policy.Labels.Find(l => l.Key == key);

    /// <summary>Null for what is no number.</summary>
    public static long? Number(object? value) => long.TryParse(value as string, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static string Percent(double p) => p < 0.005 ? "<1 %" : p > 0.995 ? ">99 %" : string.Create(CultureInfo.InvariantCulture, $"{p * 100:0} %");

    public static string Width(double p) => string.Create(CultureInfo.InvariantCulture, $"{p * 100:0.#}%");
}
