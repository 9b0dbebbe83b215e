using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Adjudication;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>
/// The tasks of one sitting, in order: what was claimed before a dropped connection first, and always one task claimed
/// ahead, so that the next item can be painted at once.
/// </summary>
public sealed class TaskFeed(ClaimNextTask claim, ResumeHeldTasks held, TakeAdjudication take, OpenTask open, PutBackTask putBack, RenewLease renew)
{
    private ClaimRequest _filter = new();
    private Actor _actor = Actor.System;
    private Task<TaskSheet?>? _ahead;

    /// <summary>Begins a sitting.</summary>
    /// <param name="settle">A case to settle before anything else.</param>
    /// <returns>The first task, or null when none waits.</returns>
    /// <exception cref="RefusedException">The case cannot be settled by this person, or no more; the sitting may be begun without it.</exception>
    public async Task<TaskSheet?> StartAsync(ClaimRequest filter, Actor actor, Guid? settle = null)
    {
        (_filter, _actor) = (filter, actor);
        var taken = settle is { } caseId ? await take.RunAsync(caseId, actor, CancellationToken.None) : null;
        var waiting = (await held.RunAsync(filter, actor, CancellationToken.None)).OrderByDescending(t => t.TaskId == taken?.TaskId).ToList();
        var opened = new Queue<ClaimedTask>(waiting);
        TaskSheet? first = null;
        while (first is null && opened.TryDequeue(out var next))
        {
            // Another window of the same person may have taken it over in between.
            first = await OpenAsync(next);
        }

        first ??= await FetchAsync();
        _ahead = opened.TryDequeue(out var second) ? OpenAsync(second) : first is null ? null : FetchAsync();
        return first;
    }

    /// <returns>The task claimed ahead, or the best that waits; null when none does. The one after it is claimed ahead.</returns>
    public async Task<TaskSheet?> NextAsync()
    {
        var ahead = _ahead ?? FetchAsync();
        var next = await ahead ?? await FetchAsync();
        _ahead = next is null ? null : FetchAsync();
        return next;
    }

    /// <summary>Puts a claimed task next in line; what was claimed ahead goes back for others.</summary>
    public async Task PutAheadAsync(TaskSheet sheet)
    {
        var ahead = _ahead;
        _ahead = Task.FromResult<TaskSheet?>(sheet);
        await GiveBackAsync(ahead);
    }

    /// <returns>The task with all that a reviewer needs; null when the claim no longer holds.</returns>
    public async Task<TaskSheet?> OpenAsync(ClaimedTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        try
        {
            return await open.RunAsync(task.Claim, _actor, CancellationToken.None);
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    /// <summary>Keeps the claim on the task on screen alive, and the one ahead.</summary>
    /// <returns>False when the claim on <paramref name="shown"/> has run out.</returns>
    public async Task<bool> RenewAsync(TaskSheet shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        if (await renew.RunAsync(shown.Claim, _actor, CancellationToken.None) is null)
        {
            return false;
        }

        if (_ahead is { IsCompletedSuccessfully: true, Result: { } next } && await renew.RunAsync(next.Claim, _actor, CancellationToken.None) is null)
        {
            _ahead = null;
        }

        return true;
    }

    /// <summary>Gives back what was claimed ahead.</summary>
    public Task ReleaseAsync()
    {
        var ahead = _ahead;
        _ahead = null;
        return GiveBackAsync(ahead);
    }

    private async Task<TaskSheet?> FetchAsync()
    {
        var next = await claim.RunAsync(_filter, _actor, CancellationToken.None);
        return next is null ? null : await OpenAsync(next);
    }

    private async Task GiveBackAsync(Task<TaskSheet?>? ahead)
    {
        if (ahead is not null && await ahead is { } sheet)
        {
            try
            {
                await putBack.ReleaseAsync(sheet.Claim, _actor, CancellationToken.None);
            }
            catch (RefusedException)
            {
                // Somebody else has it by now.
            }
        }
    }
}
