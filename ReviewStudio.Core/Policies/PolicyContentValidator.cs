using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;

namespace ReviewStudio.Core.Policies;

/// <summary>What a draft must fulfil to be saved. The form and the API use this one, so both say the same.</summary>
public sealed partial class PolicyContentValidator : AbstractValidator<PolicyContent>
{
    /// <summary>Longest guidance, in characters.</summary>
    public const int LongestGuidance = 50_000;

    /// <summary>Most labels in a version.</summary>
    public const int MostLabels = 40;

    public const string OneBenign = "A policy needs exactly one benign label: mark the answer that means 'nothing wrong here'.";

    public const string TwoLabels = "A policy needs at least two labels: the benign one and what it is told apart from.";

    /// <summary>Keys that the workbench uses for itself: undo, skip, escalate, hand on, note, highlight, guidance, again.</summary>
    public static readonly IReadOnlyList<string> ReservedHotKeys = ["u", "s", "e", "b", "n", "h", "g", "z", "?", "/", " "];

    public PolicyContentValidator()
    {
        RuleFor(c => c.Guidance).MaximumLength(LongestGuidance)
            .WithMessage(c => TooLong("The guidance", c.Guidance.Length, LongestGuidance));
        RuleFor(c => c.ChangeNote).MaximumLength(1000)
            .WithMessage(c => TooLong("The change note", c.ChangeNote.Length, 1000));
        RuleFor(c => c.Labels).Must(l => l.Count >= 2).WithMessage(TwoLabels);
        RuleFor(c => c.Labels).Must(l => l.Count <= MostLabels)
            .WithMessage(c => Invariant($"There are {c.Labels.Count} labels; {MostLabels} fit. Split the policy into several."));
        RuleFor(c => c.Labels).Must(l => l.Count(x => x.Benign) == 1).WithMessage(OneBenign);
        RuleForEach(c => c.Labels).SetValidator(new LabelContentValidator());
        RuleFor(c => c.Labels).Custom((labels, context) =>
        {
            Repeats(context, labels, nameof(LabelContent.Key), l => l.Key, "The key '{0}' is used twice. Each label needs its own.");
            Repeats(context, labels, nameof(LabelContent.HotKey), l => l.HotKey, "The hot-key '{0}' is used twice. Choose another, or none.");
            Repeats(context, labels, nameof(LabelContent.Name), l => l.Name.Trim(), "The name '{0}' is used twice. Reviewers could not tell the labels apart.");
        });
    }

    internal static string TooLong(string what, int length, int limit) =>
        Invariant($"{what} has {length:N0} characters; {limit:N0} fit. Shorten it.");

    internal static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Repeats(
        ValidationContext<PolicyContent> context, List<LabelContent> labels, string property, Func<LabelContent, string> value, string message)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < labels.Count; i++)
        {
            var own = value(labels[i]);
            if (own.Length > 0 && !seen.Add(own))
            {
                context.AddFailure(Invariant($"Labels[{i}].{property}"), string.Format(CultureInfo.InvariantCulture, message, own));
            }
        }
    }

    private sealed class LabelContentValidator : AbstractValidator<LabelContent>
    {
        public LabelContentValidator()
        {
            RuleFor(l => l.Key).Cascade(CascadeMode.Stop)
                .NotEmpty().WithMessage("Give the label a key: the short name that it keeps in data and models.")
                .MaximumLength(64).WithMessage("A label's key has at most 64 characters.")
                .Must(key => LabelKey().IsMatch(key))
                .WithMessage("A label's key has lower-case letters, digits, hyphens and underscores, and begins with a letter or digit.");
            RuleFor(l => l.Name).Cascade(CascadeMode.Stop)
                .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("Give the label a name for the screen.")
                .MaximumLength(80).WithMessage("A label's name has at most 80 characters.");
            RuleFor(l => l.Colour).Must(colour => HexColour().IsMatch(colour))
                .WithMessage("A colour is a # and six hex digits, such as #3b6fd4.");
            RuleFor(l => l.Severity).InclusiveBetween(0, 3)
                .WithMessage("Severity goes from 0 (none) to 3 (severe).");
            RuleFor(l => l.Severity).Must((label, severity) => !label.Benign || severity == 0)
                .WithMessage("The benign label has no severity: nothing is wrong there.");
            RuleFor(l => l.HotKey).Cascade(CascadeMode.Stop)
                .Must(key => key.Length == 0 || !ReservedHotKeys.Contains(key, StringComparer.OrdinalIgnoreCase))
                .WithMessage(l => $"The key '{l.HotKey.ToUpperInvariant()}' is a command of the workbench. Choose a digit or another letter.")
                .Must(key => key.Length == 0 || HotKey().IsMatch(key))
                .WithMessage("A hot-key is one digit or one letter from A to Z.");
            RuleFor(l => l.Guidance).MaximumLength(LongestGuidance)
                .WithMessage(l => TooLong("The guidance", l.Guidance.Length, LongestGuidance));
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelKey();

    [GeneratedRegex("^#[0-9a-fA-F]{6}\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HexColour();

    [GeneratedRegex("^[0-9a-zA-Z]\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HotKey();
}
