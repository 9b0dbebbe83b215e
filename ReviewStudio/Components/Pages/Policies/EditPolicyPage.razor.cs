using FluentValidation;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Adjudication;
using ReviewStudio.Core.Policies;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Policies;

/// <summary>Edits a policy's draft, saves it and publishes it. Opening the page without a draft begins one.</summary>
public sealed partial class EditPolicyPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Actor _actor = null!;
    private PolicyDetails? _policy;
    private PolicyEditorState? _state;
    private PublishState? _publish;
    private string? _failure;
    private string? _publishFailure;
    private List<GuidanceNote> _notes = [];
    private bool _busy;
    private bool _saved;

    [Parameter]
    public string Key { get; set; } = "";

    [Inject]
    public ActorAccessor Actors { get; set; } = null!;

    [Inject]
    public GetPolicy Get { get; set; } = null!;

    [Inject]
    public ListGuidanceNotes Notes { get; set; } = null!;

    [Inject]
    public StartDraft Start { get; set; } = null!;

    [Inject]
    public EditDraft Edit { get; set; } = null!;

    [Inject]
    public DiscardDraft Discard { get; set; } = null!;

    [Inject]
    public PreviewPublication Preview { get; set; } = null!;

    [Inject]
    public PublishPolicyVersion Publish { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Inject]
    public IJSRuntime Js { get; set; } = null!;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _actor = await Actors.CurrentAsync();
        await ReloadAsync();
    }

    private Task ReloadAsync() => TryAsync(async () =>
    {
        await Start.RunAsync(Key, _actor, _gone.Token);
        await ReadAsync();
        _state = new PolicyEditorState(_policy!.Draft!.Content, _policy.Draft.Stamp);
        _notes = await Notes.RunAsync(Key, _actor, _gone.Token);
    });

    private async Task ReadAsync() => _policy = await Get.RunAsync(Key, _actor, _gone.Token);

    private void Note(ChangeEventArgs e)
    {
        _state!.Content.ChangeNote = e.Value?.ToString() ?? "";
        _state.Touch();
    }

    private Task SaveAsync() => TryAsync(SaveNowAsync);

    private async Task<bool> SaveNowAsync()
    {
        if (!_state!.Check())
        {
            return false;
        }

        _state.Saved(await Edit.RunAsync(new DraftEdit(Key, _state.Stamp, _state.Content), _actor, _gone.Token));
        _saved = true;
        return true;
    }

    private Task OpenPublishAsync() => TryAsync(async () =>
    {
        if ((_state!.Dirty && !await SaveNowAsync()) || !_state.Check())
        {
            return;
        }

        await ReadAsync();
        _publishFailure = null;
        _publish = new PublishState(_policy!.InForce, _policy.Draft!, await Preview.RunAsync(Key, _actor, _gone.Token));
    });

    private async Task PublishAsync()
    {
        _busy = true;
        _publishFailure = null;
        try
        {
            await Publish.RunAsync(new Publication(Key, _publish!.Draft.Stamp, _publish.Map, _publish.Pending), _actor, _gone.Token);
            Navigation.NavigateTo($"/policies/{Key}");
        }
        catch (ValidationException e)
        {
            _publishFailure = string.Join(" ", e.Errors.Select(f => f.ErrorMessage));
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException)
        {
            _publishFailure = e.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task DiscardAsync()
    {
        if (await Js.InvokeAsync<bool>("confirm", _gone.Token, "Throw this draft away? The version in force stays as it is."))
        {
            await TryAsync(async () =>
            {
                await Discard.RunAsync(Key, _state!.Stamp, _actor, _gone.Token);
                _state.Saved(_state.Stamp);
                Navigation.NavigateTo($"/policies/{Key}");
            });
        }
    }

    private async Task AskBeforeLeaving(LocationChangingContext leaving)
    {
        if (_state?.Dirty == true && !await Js.InvokeAsync<bool>("confirm", _gone.Token, "Leave without saving? Your changes to the draft will be lost."))
        {
            leaving.PreventNavigation();
        }
    }

    private async Task TryAsync(Func<Task> act)
    {
        _busy = true;
        _failure = null;
        try
        {
            await act();
        }
        catch (ValidationException e)
        {
            _state?.Show(e);
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
