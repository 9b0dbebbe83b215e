using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;

namespace ReviewStudio.Components.Pages.Models;

/// <summary>What the page of models holds and does, without its looks.</summary>
public sealed class ModelsState(
    ListLoopPolicies listPolicies, ListModels listModels, StartTraining start, ServeHead serve, RejectHead reject, ImportHead import, SteerLoopJob steer)
{
    public IReadOnlyList<LoopPolicy>? Policies { get; private set; }

    public LoopPolicy? Policy { get; private set; }

    /// <summary>The queue whose settings a training by hand follows.</summary>
    public LoopQueue? Queue { get; private set; }

    public ModelsView? View { get; private set; }

    /// <summary>The head whose gate report is open.</summary>
    public HeadView? Open { get; private set; }

    public string? Failure { get; set; }

    public string? Message { get; set; }

    public bool Busy { get; private set; }

    /// <summary>Reads what the address asks for.</summary>
    /// <param name="policyKey">Null for the first policy.</param>
    /// <param name="headNumber">The head to open; null for none.</param>
    public async Task GoAsync(string? policyKey, int? headNumber, Actor actor, CancellationToken cancellation)
    {
        Policies ??= await listPolicies.RunAsync(actor, cancellation);
        var policy = Policies.FirstOrDefault(p => string.Equals(p.Key, policyKey, StringComparison.Ordinal)) ?? Policies.FirstOrDefault(p => p.Queues.Count > 0) ?? Policies.FirstOrDefault();
        if (policy?.Id != Policy?.Id)
        {
            Policy = policy;
            Queue = policy?.Queues.FirstOrDefault();
            View = null;
            Message = null;
            Failure = null;
        }

        await RefreshAsync(actor, cancellation);
        Open = View?.Heads.FirstOrDefault(h => h.Head.Number == headNumber);
    }

    public async Task RefreshAsync(Actor actor, CancellationToken cancellation)
    {
        if (Policy is { } policy)
        {
            View = await listModels.RunAsync(policy.Id, actor, cancellation);
            Open = Open is { } open ? View.Heads.FirstOrDefault(h => h.Head.Id == open.Head.Id) : null;
        }
    }

    public void Choose(string queueKey) => Queue = Policy?.Queues.FirstOrDefault(q => string.Equals(q.Key, queueKey, StringComparison.Ordinal)) ?? Queue;

    public Task TrainAsync(Actor actor, CancellationToken cancellation) => TryAsync(
        async () =>
        {
            await start.RunAsync(new TrainingRequest(Queue!.Id, "hand"), actor, cancellation);
            return null;
        },
        actor,
        cancellation);

    public Task ServeAsync(HeadView head, Actor actor, CancellationToken cancellation) => TryAsync(
        async () => $"Head {(await serve.RunAsync(head.Head.PublicId, actor, cancellation)).Number} serves. What waits is being scored and ranked anew.", actor, cancellation);

    public Task RollBackAsync(Actor actor, CancellationToken cancellation) => TryAsync(
        async () => $"Rolled back: head {(await serve.RollBackAsync(Policy!.Id, actor, cancellation)).Number} serves again. What waits is being scored and ranked anew.", actor, cancellation);

    public Task RejectAsync(HeadView head, Actor actor, CancellationToken cancellation) => TryAsync(
        async () =>
        {
            await reject.RunAsync(head.Head.PublicId, actor, cancellation);
            return $"Head {head.Head.Number} is rejected.";
        },
        actor,
        cancellation);

    public Task ImportAsync(Stream content, string name, Actor actor, CancellationToken cancellation) => TryAsync(
        async () =>
        {
            var (head, report) = await import.RunAsync(Policy!.Id, content, name, actor, cancellation);
            return $"'{name}' came in as head {head.Number}. {report.Summary}";
        },
        actor,
        cancellation);

    public Task SteerAsync(BackgroundJob job, LoopCommand command, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        return TryAsync(
            async () =>
            {
                await steer.RunAsync(job.Id, command, actor, cancellation);
                return command == LoopCommand.Cancel ? "The training stops at its next step. Nothing that serves was changed." : null;
            },
            actor,
            cancellation);
    }

    private async Task TryAsync(Func<Task<string?>> act, Actor actor, CancellationToken cancellation)
    {
        Busy = true;
        Failure = null;
        Message = null;
        try
        {
            Message = await act();
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException)
        {
            Failure = e.Message;
        }
        catch (IOException e)
        {
            Failure = $"The file did not arrive in full ({e.Message}). Choose it again; nothing was kept of it.";
        }
        finally
        {
            Busy = false;
        }

        await RefreshAsync(actor, cancellation);
    }
}
