using System.Globalization;
using FluentValidation;
using FluentValidation.Results;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Components.Pages.Admin;

/// <summary>An account while it is made or edited, with the validator's messages at each value. Knows no component.</summary>
public sealed class AccountFormState
{
    private static readonly AccountFormValidator Validator = new();
    private Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    private AccountFormState(AccountForm form, AccountView? account) => (Form, Account) = (form, account);

    public AccountForm Form { get; }

    /// <summary>The account as it was read; null for one to be made.</summary>
    public AccountView? Account { get; }

    public bool IsNew => Account is null;

    public bool Dirty { get; private set; }

    public bool Checked { get; private set; }

    public bool HasErrors => _errors.Count > 0;

    public static AccountFormState ForNew() => new(new AccountForm { Roles = new(StringComparer.Ordinal) { Roles.Moderator } }, account: null);

    public static AccountFormState For(AccountView account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new(account.ToForm(), account);
    }

    public string[] At(string property) => _errors.GetValueOrDefault(property, []);

    public void Change(Action<AccountForm> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        change(Form);
        Dirty = true;
        if (Checked)
        {
            Check();
        }
    }

    /// <returns>True when the form is in order.</returns>
    public bool Check()
    {
        Show(Validator.Validate(Form).Errors);
        return !HasErrors;
    }

    public void Show(ValidationException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Show(exception.Errors);
    }

    /// <summary>A whole number as a form sends it; -1 for anything else, which the validator then refuses.</summary>
    public static int Whole(object? value) =>
        int.TryParse(value?.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private void Show(IEnumerable<ValidationFailure> failures)
    {
        Checked = true;
        _errors = failures.GroupBy(f => f.PropertyName, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(f => f.ErrorMessage).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
    }
}
