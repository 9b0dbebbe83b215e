using System.Globalization;
using FluentValidation;
using FluentValidation.Results;
using ReviewStudio.Core.Queue.Settings;

namespace ReviewStudio.Components.Pages.Queues;

/// <summary>A queue's settings while they are edited, with the validator's messages at each value. Knows no component.</summary>
public sealed class QueueFormState
{
    private static readonly NewQueueValidator NewValidator = new();
    private static readonly QueueSettingsValidator Validator = new();

    private Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    private QueueFormState(NewQueue queue, Guid? stamp)
    {
        Queue = queue;
        Stamp = stamp;
    }

    public NewQueue Queue { get; }

    public QueueSettings Settings => Queue.Settings;

    /// <summary>The stamp of the settings as they were read; null for a queue to be made.</summary>
    public Guid? Stamp { get; private set; }

    public bool IsNew => Stamp is null;

    public bool Dirty { get; private set; }

    public bool Checked { get; private set; }

    public bool HasErrors => _errors.Count > 0;

    public static QueueFormState ForNew(string policy) => new(new NewQueue { Policy = policy }, stamp: null);

    public static QueueFormState For(QueueOverview queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return new QueueFormState(new NewQueue { Key = queue.Key, Policy = queue.PolicyKey, Settings = queue.Settings }, queue.Stamp);
    }

    public IReadOnlyList<string> At(string property) => _errors.GetValueOrDefault(property, []);

    public void Change(Action<QueueSettings> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        change(Settings);
        Touch();
    }

    public void Touch()
    {
        Dirty = true;
        if (Checked)
        {
            Check();
        }
    }

    /// <returns>True when the settings are in order.</returns>
    public bool Check()
    {
        Show((IsNew ? NewValidator.Validate(Queue) : Validator.Validate(Settings)).Errors);
        return !HasErrors;
    }

    public void Show(ValidationException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Show(exception.Errors);
    }

    public void Saved(Guid stamp)
    {
        Stamp = stamp;
        Dirty = false;
        _errors.Clear();
    }

    /// <summary>A whole number as a form sends it; 0 for anything else, which the validator then judges.</summary>
    public static int Whole(object? value) =>
        int.TryParse(value?.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A number as a form sends it; not-a-number for anything else.</summary>
    public static double Number(object? value) =>
        double.TryParse(value?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    /// <summary>A number for a form's field; empty where there is none.</summary>
    public static string Text(double value) => double.IsNaN(value) ? "" : Math.Round(value, 9).ToString("0.#########", CultureInfo.InvariantCulture);

    private void Show(IEnumerable<ValidationFailure> failures)
    {
        const string Inner = "Settings.";
        Checked = true;
        _errors = failures
            .GroupBy(f => f.PropertyName.StartsWith(Inner, StringComparison.Ordinal) ? f.PropertyName[Inner.Length..] : f.PropertyName, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(f => f.ErrorMessage).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
    }
}
