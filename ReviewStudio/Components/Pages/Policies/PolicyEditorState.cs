using System.Globalization;
using System.Text;
using FluentValidation;
using FluentValidation.Results;
using ReviewStudio.Core.Policies;

namespace ReviewStudio.Components.Pages.Policies;

/// <summary>
/// A draft while it is edited: the content, what is wrong with it in the words of the validator, and the small helps
/// that the page offers. Knows no component.
/// </summary>
public sealed class PolicyEditorState
{
    private static readonly PolicyContentValidator Validator = new();

    /// <summary>Label colours that can be told apart on light and dark ground.</summary>
    private static readonly string[] Palette =
        ["#4d7c8a", "#b4541a", "#a8324e", "#7a4fbf", "#3b6fd4", "#2f855a", "#946c00", "#c2417c", "#5b6b2f", "#0f766e"];

    private Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public PolicyEditorState(PolicyContent content, Guid stamp)
    {
        Content = content;
        Stamp = stamp;
        Selected = content.Labels.FirstOrDefault();
    }

    public PolicyContent Content { get; }

    /// <summary>The stamp of the draft as it was read or last saved.</summary>
    public Guid Stamp { get; private set; }

    /// <summary>The label whose guidance is being edited; null for the policy's own.</summary>
    public LabelContent? Selected { get; set; }

    /// <summary>Something was changed since the last save.</summary>
    public bool Dirty { get; private set; }

    /// <summary>Whether mistakes are shown: not before the first attempt to save.</summary>
    public bool Checked { get; private set; }

    public bool HasErrors => _errors.Count > 0;

    /// <summary>A draft to begin a new policy with: the benign answer and one other, to be named.</summary>
    public static PolicyContent Blank() => new()
    {
        Labels =
        [
            new LabelContent { Key = "ok", Name = "OK", Colour = Palette[0], HotKey = "1", Benign = true },
            new LabelContent { Colour = Palette[1], HotKey = "2", Severity = 2 },
        ],
    };

    /// <summary>To be called after each change: notes it, and keeps the messages up to date once they are shown.</summary>
    public void Touch()
    {
        Dirty = true;
        if (Checked)
        {
            Check();
        }
    }

    /// <summary>Checks the content as saving would.</summary>
    /// <returns>True when it is in order.</returns>
    public bool Check()
    {
        Checked = true;
        Show(Validator.Validate(Content).Errors);
        return !HasErrors;
    }

    /// <summary>Shows what a use case found wrong.</summary>
    public void Show(ValidationException exception) => Show(exception.Errors);

    public void Saved(Guid stamp)
    {
        Stamp = stamp;
        Dirty = false;
        _errors.Clear();
    }

    /// <summary>The messages for a value of a label.</summary>
    public IReadOnlyList<string> ErrorsAt(LabelContent label, string property) =>
        At(string.Create(CultureInfo.InvariantCulture, $"Labels[{Content.Labels.IndexOf(label)}].{property}"));

    /// <summary>The messages for a value of the policy, or for the list of labels as a whole.</summary>
    public IReadOnlyList<string> At(string property) => _errors.GetValueOrDefault(property, []);

    public LabelContent AddLabel()
    {
        var used = Content.Labels.Select(l => l.Colour).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var label = new LabelContent
        {
            Colour = Array.Find(Palette, c => !used.Contains(c)) ?? Palette[Content.Labels.Count % Palette.Length],
            HotKey = FreeHotKey(),
            Severity = 1,
        };
        Content.Labels.Add(label);
        Selected = label;
        Touch();
        return label;
    }

    public void Remove(LabelContent label)
    {
        var place = Content.Labels.IndexOf(label);
        Content.Labels.Remove(label);
        if (ReferenceEquals(Selected, label))
        {
            Selected = Content.Labels.ElementAtOrDefault(Math.Max(0, place - 1));
        }

        Touch();
    }

    /// <summary>Moves a label up (−1) or down (+1) in the order shown.</summary>
    public void Move(LabelContent label, int by)
    {
        var from = Content.Labels.IndexOf(label);
        var to = from + by;
        if (to < 0 || to >= Content.Labels.Count)
        {
            return;
        }

        Content.Labels.RemoveAt(from);
        Content.Labels.Insert(to, label);
        Touch();
    }

    /// <summary>Makes this the one benign label.</summary>
    public void MarkBenign(LabelContent label)
    {
        foreach (var other in Content.Labels)
        {
            other.Benign = ReferenceEquals(other, label);
        }

        label.Severity = 0;
        Touch();
    }

    /// <summary>Names a label; its key follows as long as it is the name's own.</summary>
    public void Rename(LabelContent label, string name)
    {
        var follows = label.Key.Length == 0 || string.Equals(label.Key, KeyOf(label.Name), StringComparison.Ordinal);
        label.Name = name;
        if (follows)
        {
            label.Key = KeyOf(name);
        }

        Touch();
    }

    /// <summary>A key made of a name: "Hate speech" becomes <c>hate-speech</c>.</summary>
    public static string KeyOf(string name)
    {
        var key = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            {
                key.Append(c);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && key.Length > 0 && key[^1] != '-')
            {
                key.Append('-');
            }
        }

        return key.ToString(0, Math.Min(key.Length, 64)).Trim('-');
    }

    private string FreeHotKey()
    {
        var used = Content.Labels.Select(l => l.HotKey).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Enumerable.Range(1, 9).Select(n => n.ToString(CultureInfo.InvariantCulture)).FirstOrDefault(n => !used.Contains(n)) ?? "";
    }

    private void Show(IEnumerable<ValidationFailure> failures)
    {
        Checked = true;
        _errors = failures.GroupBy(f => f.PropertyName.StartsWith("Content.", StringComparison.Ordinal) ? f.PropertyName["Content.".Length..] : f.PropertyName, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(f => f.ErrorMessage).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
    }
}
