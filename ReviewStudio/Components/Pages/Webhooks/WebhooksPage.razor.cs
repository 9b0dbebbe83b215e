using System.Globalization;
using FluentValidation;
using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Webhooks;

/// <summary>Who is told of events, and how telling them went. What is looked at stands in the address.</summary>
public sealed partial class WebhooksPage(
    ListWebhooks list,
    ListDeliveries listDeliveries,
    AddWebhook add,
    PauseWebhook pause,
    RotateWebhookSecret rotate,
    RemoveWebhook remove,
    SendTestEvent test,
    ReplayDeliveries replay,
    ActorAccessor actors,
    NavigationManager navigation,
    TimeProvider clock) : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _gone = new();
    private Task _following = Task.CompletedTask;
    private List<WebhookView>? _webhooks;
    private Paged<DeliveryView>? _deliveries;
    private IReadOnlyList<string> _mistakes = [];
    private WebhookSecretShown? _shown;
    private Question? _asking;
    private string? _failure;
    private string? _done;
    private bool _adding;
    private bool _endEarlier;

    [SupplyParameterFromQuery(Name = "webhook")]
    public string? WebhookText { get; set; }

    private Guid? Webhook => Addressed.Id(WebhookText);

    [SupplyParameterFromQuery]
    public string? State { get; set; }

    [SupplyParameterFromQuery]
    public string? After { get; set; }

    private DeliveryState? Chosen => Enum.TryParse<DeliveryState>(State, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _following;
        _gone.Dispose();
    }

    protected override void OnInitialized() => _following = FollowAsync();

    protected override Task OnParametersSetAsync() => TryAsync(_ => Task.CompletedTask);

    /// <summary>Deliveries go on while somebody looks.</summary>
    private async Task FollowAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, clock);
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync(await actors.CurrentAsync());
                    StateHasChanged();
                });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or RefusedException or ForbiddenException)
        {
            // The page is gone, or what it looks at is; the next click says so.
        }
    }

    private async Task ReadAsync(Actor actor)
    {
        _webhooks = await list.RunAsync(actor, _gone.Token);
        var known = _webhooks.Exists(w => w.Id == Webhook) ? Webhook : null;
        _deliveries = await listDeliveries.RunAsync(new DeliveryQuery(known, Chosen, 50, After), actor, _gone.Token);
    }

    private Task AddAsync(NewWebhook webhook) => TryAsync(async actor =>
    {
        _shown = await add.RunAsync(webhook, actor, _gone.Token);
        (_adding, _mistakes) = (false, []);
    });

    private Task PauseAsync(WebhookView webhook) => TryAsync(actor => pause.RunAsync(webhook.Id, webhook.PausedAt is null, actor, _gone.Token));

    private Task RotateAsync(WebhookView webhook) => TryAsync(async actor =>
    {
        _asking = null;
        _shown = await rotate.RunAsync(webhook.Id, _endEarlier, actor, _gone.Token);
    });

    private Task RemoveAsync(WebhookView webhook) => TryAsync(async actor =>
    {
        _asking = null;
        await remove.RunAsync(webhook.Id, actor, _gone.Token);
    });

    private Task TestAsync(WebhookView webhook) => TryAsync(async actor =>
    {
        await test.RunAsync(webhook.Id, actor, _gone.Token);
        _done = $"A test event is on its way to {webhook.Name}. The list below shows what came of it.";
    });

    private Task ReplayAsync(DeliveryView delivery) => TryAsync(actor => replay.OneAsync(delivery.Id, actor, _gone.Token));

    private Task ReplayAllAsync() => TryAsync(async actor =>
    {
        var count = await replay.RunAsync(Webhook, actor, _gone.Token);
        _done = string.Create(CultureInfo.InvariantCulture, $"{count:N0} dead letters are on their way again.");
    });

    private void Ask(WebhookView webhook, bool remove) => (_asking, _shown, _adding, _endEarlier) = (new Question(webhook, remove), null, false, false);

    private async Task TryAsync(Func<Actor, Task> work)
    {
        try
        {
            (_failure, _done) = (null, null);
            var actor = await actors.CurrentAsync();
            await work(actor);
            await ReadAsync(actor);
        }
        catch (ValidationException e)
        {
            _mistakes = [.. e.Errors.Select(f => f.ErrorMessage)];
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException)
        {
            _failure = e.Message;
        }
    }

    private void Go(Guid? webhook, string? state, string? after = null) => navigation.NavigateTo(
        navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(Webhook)] = webhook,
            [nameof(State)] = string.IsNullOrEmpty(state) ? null : state,
            [nameof(After)] = after,
        }),
        replace: true);

    private sealed record Question(WebhookView Webhook, bool Remove);
}
