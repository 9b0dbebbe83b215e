using FluentValidation;
using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Policies;

/// <summary>Makes a policy with its first draft.</summary>
public sealed partial class NewPolicyPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly PolicyEditorState _state = new(PolicyEditorState.Blank(), Guid.Empty);
    private string _name = "";
    private string _key = "";
    private string? _failure;
    private bool _busy;

    [Inject]
    public ActorAccessor Actors { get; set; } = null!;

    [Inject]
    public CreatePolicy Create { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private void Name(ChangeEventArgs e)
    {
        var follows = _key.Length == 0 || string.Equals(_key, PolicyEditorState.KeyOf(_name), StringComparison.Ordinal);
        _name = e.Value?.ToString() ?? "";
        _key = follows ? PolicyEditorState.KeyOf(_name) : _key;
        _state.Touch();
    }

    private void KeyGiven(ChangeEventArgs e)
    {
        _key = e.Value?.ToString()?.Trim() ?? "";
        _state.Touch();
    }

    private string? Bad(string property) => _state.At(property).Count > 0 ? "true" : null;

    private async Task CreateAsync()
    {
        _busy = true;
        _failure = null;
        try
        {
            var policy = new NewPolicy { Key = _key, Name = _name, Content = _state.Content };
            await Create.RunAsync(policy, await Actors.CurrentAsync(), _gone.Token);
            _state.Saved(Guid.Empty);
            Navigation.NavigateTo($"/policies/{_key}/edit");
        }
        catch (ValidationException e)
        {
            _state.Show(e);
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
}
