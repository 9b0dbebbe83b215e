using System.Globalization;
using FluentValidation;
using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Queues;

/// <summary>All queues with what waits in them; settings open beside the list. The queue that is open stands in the URL.</summary>
public sealed partial class QueuesPage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _gone = new();
    private List<QueueOverview>? _queues;
    private List<PolicySummary> _policies = [];
    private QueueFormState? _form;
    private Actor? _actor;
    private string? _failure;
    private string? _formFailure;
    private string? _message;
    private bool? _read;
    private bool _busy;

    /// <summary>The key of the queue that is open.</summary>
    [SupplyParameterFromQuery(Name = "queue")]
    public string? Queue { get; set; }

    [SupplyParameterFromQuery(Name = "archived")]
    public string? ArchivedText { get; set; }

    private bool? Archived => Addressed.Flag(ArchivedText);

    [Inject]
    public ActorAccessor Actors { get; set; } = null!;

    [Inject]
    public ListQueues List { get; set; } = null!;

    [Inject]
    public ListPolicies ListPolicies { get; set; } = null!;

    [Inject]
    public CreateQueue Create { get; set; } = null!;

    [Inject]
    public EditQueue Edit { get; set; } = null!;

    [Inject]
    public ArchiveQueue Archive { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Inject]
    public TimeProvider Clock { get; set; } = null!;

    private bool MayEdit => _actor is not null && (_actor.Is(Roles.PolicyLead) || _actor.Is(Roles.Admin));

    private QueueOverview? Picked => _queues?.Find(q => q.Key == Queue);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _actor = await Actors.CurrentAsync();
        if (MayEdit)
        {
            _policies = await ListPolicies.RunAsync(withArchived: false, _actor, _gone.Token);
        }

        _ = RefreshAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_actor is null)
        {
            return;
        }

        if (_read != (Archived ?? false))
        {
            _read = Archived ?? false;
            await ReadAsync();
        }

        if (Queue is null ? _form is { IsNew: false } : _form?.Queue.Key != Queue || _form.IsNew)
        {
            Reopen();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            _queues = await List.RunAsync(Archived ?? false, _actor!, _gone.Token);
            _failure = null;
        }
        catch (ForbiddenException e)
        {
            _failure = e.Message;
        }
    }

    /// <summary>Counts move while one looks; settings being edited are left alone.</summary>
    private async Task RefreshAsync()
    {
        using var timer = new PeriodicTimer(Refresh, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                await InvokeAsync(ReadAsync);
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private void Reopen()
    {
        _form = Picked is { } queue ? QueueFormState.For(queue) : null;
        _formFailure = null;
        _message = null;
    }

    private void OpenNew()
    {
        Go(null, Archived);
        _form = QueueFormState.ForNew(_policies.Count == 1 ? _policies[0].Key : "");
        _formFailure = null;
        _message = null;
    }

    private void Close()
    {
        _form = null;
        Go(null, Archived);
    }

    private async Task SaveAsync()
    {
        var form = _form!;
        if (!form.Check())
        {
            return;
        }

        await TryAsync(async () =>
        {
            if (form.IsNew)
            {
                await Create.RunAsync(form.Queue, _actor!, _gone.Token);
                await ReadAsync();
                Go(form.Queue.Key, Archived);
                return;
            }

            var stamp = await Edit.RunAsync(new QueueEdit(form.Queue.Key, form.Stamp!.Value, form.Settings), _actor!, _gone.Token);
            form.Saved(stamp);
            _message = "Saved. What waits follows within moments.";
            await ReadAsync();
        });
    }

    private Task ArchiveAsync(bool archived) => TryAsync(async () =>
    {
        await Archive.RunAsync(Queue!, archived, _actor!, _gone.Token);
        await ReadAsync();
        Reopen();
    });

    private async Task TryAsync(Func<Task> act)
    {
        _busy = true;
        _formFailure = null;
        _message = null;
        try
        {
            await act();
        }
        catch (ValidationException e)
        {
            _form?.Show(e);
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException)
        {
            _formFailure = e.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private void Go(string? queue, bool? archived) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["queue"] = queue, ["archived"] = archived == true ? true : null }));

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Retraining(QueueSettings settings) => (settings.RetrainEvery, settings.RetrainCron) switch
    {
        (0, "") => "by hand",
        (0, var cron) => cron,
        (var every, "") => string.Create(CultureInfo.InvariantCulture, $"every {every:N0} labels"),
        var (every, cron) => string.Create(CultureInfo.InvariantCulture, $"every {every:N0} labels, {cron}"),
    };
}
