using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Import;

/// <summary>The import page: a file is dropped, looked at, mapped and started; running imports are followed.</summary>
public sealed partial class ImportPage : ComponentBase, IAsyncDisposable
{
    private const long LargestUpload = 8L << 30;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private Actor _actor = Actor.System;
    private Task _following = Task.CompletedTask;
    private int _picker;
    private bool _starting;

    [Inject]
    private ImportState State { get; set; } = null!;

    [Inject]
    private ActorAccessor Actors { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _following;
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _actor = await Actors.CurrentAsync();
        await State.LoadAsync(_actor, _gone.Token);
        _following = FollowAsync();
    }

    private async Task ReceiveAsync(InputFileChangeEventArgs picked)
    {
        await using var stream = picked.File.OpenReadStream(LargestUpload, _gone.Token);
        await State.ReceiveAsync(stream, picked.File.Name, picked.File.Size, () => _ = InvokeAsync(StateHasChanged), _actor, _gone.Token);

        // A fresh element, so that the same file can be chosen again.
        _picker++;
    }

    private Task EditAsync(Func<ImportArguments, ImportArguments> change) => State.EditAsync(change, _actor, _gone.Token);

    private async Task StartAsync()
    {
        _starting = true;
        await State.StartAsync(_actor, _gone.Token);
        _starting = false;
    }

    private Task SteerAsync(BackgroundJob job, ImportCommand command) => State.SteerAsync(job.Id, command, _actor, _gone.Token);

    private async Task FollowAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, Clock);
            for (var tick = 0; await timer.WaitForNextTickAsync(_gone.Token); tick++)
            {
                // Others may start imports as well: now and then the list is read though nothing runs.
                if (State.Busy || tick % 10 == 0)
                {
                    await InvokeAsync(async () =>
                    {
                        await State.RefreshAsync(_actor, _gone.Token);
                        StateHasChanged();
                    });
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    internal static string Size(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => (bytes / 1024.0).ToString("0.0 'KB'", CultureInfo.InvariantCulture),
        < 1 << 30 => (bytes / 1024.0 / 1024).ToString("0.0 'MB'", CultureInfo.InvariantCulture),
        _ => (bytes / 1024.0 / 1024 / 1024).ToString("0.00 'GB'", CultureInfo.InvariantCulture),
    };
}
