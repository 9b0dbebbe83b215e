using FluentValidation;
using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Admin;

/// <summary>Who may sign in, and as what. The filter stands in the address.</summary>
public sealed partial class Accounts(
    ListAccounts list,
    CreateAccount create,
    EditAccount edit,
    SetAccountActive activate,
    IssuePasswordLink issue,
    ResetSecondFactor reset,
    ActorAccessor actors,
    NavigationManager navigation) : ComponentBase
{
    private IReadOnlyList<AccountView>? _accounts;
    private AccountFormState? _form;
    private PasswordLink? _link;
    private string? _message;
    private string? _failure;
    private bool _busy;

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? Role { get; set; }

    [SupplyParameterFromQuery(Name = "inactive")]
    public string? InactiveText { get; set; }

    private bool? Inactive => Addressed.Flag(InactiveText);

    private List<AccountView> Shown =>
    [
        .. (_accounts ?? []).Where(a =>
            (a.Active || Inactive == true)
            && (string.IsNullOrEmpty(Role) || a.Roles.Contains(Role, StringComparer.Ordinal))
            && (string.IsNullOrWhiteSpace(Search) || $"{a.Name}\n{a.Email}\n{a.Group}".Contains(Search.Trim(), StringComparison.CurrentCultureIgnoreCase))),
    ];

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync() => await TryAsync(async actor => _accounts = await list.RunAsync(actor, CancellationToken.None));

    private void OpenNew() => Show(AccountFormState.ForNew());

    private void Open(AccountView account) => Show(AccountFormState.For(account));

    private void Close() => Show(null);

    private void Show(AccountFormState? form) => (_form, _link, _message, _failure) = (form, null, null, null);

    private async Task SaveAsync()
    {
        if (_form is not { } form || !form.Check())
        {
            return;
        }

        await TryAsync(async actor =>
        {
            try
            {
                if (form.Account is { } account)
                {
                    await edit.RunAsync(new AccountEdit(account.Id, account.Stamp, form.Form), actor, CancellationToken.None);
                    await ReopenAsync(account.Id, actor, "Saved.");
                }
                else
                {
                    var id = await create.RunAsync(form.Form, actor, CancellationToken.None);
                    _link = await issue.RunAsync(id, actor, CancellationToken.None);
                    await ReopenAsync(id, actor, "Created.");
                }
            }
            catch (ValidationException e)
            {
                form.Show(e);
            }
        });
    }

    private Task LinkAsync() => OnAccountAsync("", async (account, actor) => _link = await issue.RunAsync(account.Id, actor, CancellationToken.None));

    private Task ResetFactorAsync() => OnAccountAsync("Codes and passkeys are off.", (account, actor) => reset.RunAsync(account.Id, actor, CancellationToken.None));

    private Task ActivateAsync(bool active) => OnAccountAsync(
        active ? "Activated." : "Deactivated.", (account, actor) => activate.RunAsync(new AccountActivation(account.Id, active), actor, CancellationToken.None));

    private Task OnAccountAsync(string done, Func<AccountView, Actor, Task> work) => TryAsync(async actor =>
    {
        if (_form?.Account is { } account)
        {
            _link = null;
            await work(account, actor);
            await ReopenAsync(account.Id, actor, done);
        }
    });

    private async Task ReopenAsync(Guid account, Actor actor, string message)
    {
        _accounts = await list.RunAsync(actor, CancellationToken.None);
        _form = _accounts.FirstOrDefault(a => a.Id == account) is { } fresh ? AccountFormState.For(fresh) : null;
        _message = message;
    }

    private async Task TryAsync(Func<Actor, Task> work)
    {
        (_busy, _failure, _message) = (true, null, null);
        try
        {
            await work(await actors.CurrentAsync());
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException)
        {
            _failure = e.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private void ClearFilter() => navigation.NavigateTo("/admin/accounts");

    private void Go(string? search = null, string? role = null, bool? inactive = null) =>
        navigation.NavigateTo(
            navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [nameof(Search)] = (search ?? Search) is { Length: > 0 } words ? words : null,
                [nameof(Role)] = (role ?? Role) is { Length: > 0 } one ? one : null,
                [nameof(Inactive)] = (inactive ?? Inactive) == true ? true : null,
            }),
            replace: true);
}
