using System.Text.RegularExpressions;
using FluentValidation;

namespace ReviewStudio.Core.Accounts;

/// <summary>What an administrator says about a person.</summary>
public sealed class AccountForm
{
    /// <summary>The sign-in name.</summary>
    public string Email { get; set => field = value?.Trim() ?? ""; } = "";

    /// <summary>The name that colleagues see.</summary>
    public string Name { get; set => field = value?.Trim() ?? ""; } = "";

    public string Group { get; set => field = value?.Trim() ?? ""; } = "";

    public string Site { get; set => field = value?.Trim() ?? ""; } = "";

    public Employment Employment { get; set; }

    /// <summary>Language codes separated by commas or blanks; empty means every language.</summary>
    public string Languages { get; set => field = Tidy(value); } = "";

    /// <summary>The highest clearance of content that the person may see: 0 (ordinary) to 9.</summary>
    public int Clearance { get; set; }

    public SortedSet<string> Roles { get; set => field = value ?? []; } = new(StringComparer.Ordinal);

    /// <summary>Writes everything but the roles, which are rows of their own.</summary>
    internal void WriteTo(Reviewer reviewer)
    {
        reviewer.UserName = reviewer.Email = Email;
        reviewer.NormalizedUserName = reviewer.NormalizedEmail = AccountDesk.Normal(Email);
        reviewer.DisplayName = Name;
        reviewer.Group = Group;
        reviewer.Site = Site;
        reviewer.Employment = Employment;
        reviewer.Languages = Languages;
        reviewer.Clearance = Clearance;
    }

    private static string Tidy(string? languages) => string.Join(
        ',',
        (languages ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(code => code.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}

/// <summary>What an account must fulfil; the form and the use cases share it.</summary>
public sealed partial class AccountFormValidator : AbstractValidator<AccountForm>
{
    public AccountFormValidator()
    {
        RuleFor(a => a.Name)
            .NotEmpty().WithMessage("Give the name that colleagues see.")
            .MaximumLength(120).WithMessage("A name has at most 120 characters.");
        RuleFor(a => a.Email).Cascade(CascadeMode.Stop)
            .NotEmpty().WithMessage("Give the e-mail address: it is the sign-in name.")
            .MaximumLength(254).WithMessage("An e-mail address has at most 254 characters.")
            .Must(email => Address().IsMatch(email)).WithMessage("This is no e-mail address. One looks like ada@example.org.");
        RuleFor(a => a.Group).MaximumLength(120).WithMessage("A group has at most 120 characters.");
        RuleFor(a => a.Site).MaximumLength(120).WithMessage("A site has at most 120 characters.");
        RuleFor(a => a.Employment).IsInEnum().WithMessage("Choose employed or contracted.");
        RuleFor(a => a.Languages)
            .MaximumLength(400).WithMessage("These are too many languages. Leave the field empty for all.")
            .Must(codes => codes.Split(',', StringSplitOptions.RemoveEmptyEntries).All(code => LanguageCode().IsMatch(code)))
            .WithMessage("Languages are two-letter codes with commas between them, such as de, en. Leave the field empty for all.");
        RuleFor(a => a.Clearance).InclusiveBetween(0, 9).WithMessage("Clearance goes from 0 (ordinary content) to 9.");
        RuleFor(a => a.Roles)
            .Must(roles => roles.Count > 0).WithMessage("Choose at least one role: without one, no page opens.")
            .Must(roles => roles.All(Roles.All.Contains)).WithMessage($"The roles are {string.Join(", ", Roles.All)}.");
    }

    [GeneratedRegex(@"^[^@\s,;<>""]+@[^@\s,;<>""]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex("^[a-z]{2,3}\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LanguageCode();
}
