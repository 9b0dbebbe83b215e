using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Components.Pages.Admin;

/// <summary>The form of an account.</summary>
public sealed partial class AccountPanel(NavigationManager navigation) : ComponentBase
{
    private bool _confirm;

    [Parameter, EditorRequired]
    public AccountFormState Form { get; set; } = null!;

    [Parameter]
    public bool Busy { get; set; }

    [Parameter]
    public string? Message { get; set; }

    [Parameter]
    public string? Failure { get; set; }

    /// <summary>A link just made; it cannot be shown again.</summary>
    [Parameter]
    public PasswordLink? Link { get; set; }

    [Parameter]
    public EventCallback OnSave { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public EventCallback OnLink { get; set; }

    [Parameter]
    public EventCallback OnResetFactor { get; set; }

    /// <summary>True to activate, false to deactivate.</summary>
    [Parameter]
    public EventCallback<bool> OnActivate { get; set; }

    private AccountForm F => Form.Form;

    private string? Bad(string property) => Form.At(property).Length > 0 ? "true" : null;

    private string Address(PasswordLink link) => navigation.ToAbsoluteUri($"/account/password?token={link.Token}").ToString();

    private async Task ActivateAsync(bool active)
    {
        _confirm = false;
        await OnActivate.InvokeAsync(active);
    }

    private Task KeyAsync(KeyboardEventArgs key) => key.Key == "Escape" ? OnClose.InvokeAsync() : Task.CompletedTask;

    private static void Set(AccountForm form, string role, bool held)
    {
        if (held)
        {
            form.Roles.Add(role);
        }
        else
        {
            form.Roles.Remove(role);
        }
    }

    private static string Opens(string role) => role switch
    {
        Roles.Moderator => "judges content",
        Roles.PolicyLead => "writes policies, runs queues, adjudicates",
        Roles.MLEngineer => "trains and promotes models, exports data",
        _ => "may do everything",
    };

    private static string SignIn(AccountView account)
    {
        if (!account.Active)
        {
            return "Deactivated: may not sign in.";
        }

        List<string> parts = [account.CanSignIn ? "Can sign in" : "Cannot sign in yet: no password is set"];
        if (account.Passkeys > 0)
        {
            parts.Add(account.Passkeys == 1 ? "1 passkey" : $"{account.Passkeys} passkeys");
        }

        parts.Add(account.TwoFactor ? "codes on" : "codes off");
        if (account.LinkUntil is not null)
        {
            parts.Add("a password link waits");
        }

        if (account.LockedUntil is not null)
        {
            parts.Add("locked for some minutes after wrong passwords; a new password ends the lock");
        }

        return string.Join(" · ", parts) + ".";
    }
}
