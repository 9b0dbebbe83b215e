using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Datasets.Lineage;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;

namespace ReviewStudio.Components.Pages.Datasets;

/// <summary>What the page of datasets holds and does, without its looks.</summary>
public sealed class DatasetsState(
    ListLoopPolicies listPolicies, ListPolicies policies, ListSnapshots list, StartSnapshot start, VerifySnapshot verify, DiffSnapshots diff, SteerLoopJob steer, JobDesk jobs,
    TraceLineage trace, EraseItem erase)
{
    private const int Listed = 30;
    private const int ListedChanges = 200;

    private Dictionary<(string Policy, string Label), LabelSummary> _labels = [];

    public IReadOnlyList<LoopPolicy>? Policies { get; private set; }

    public IReadOnlyList<SnapshotView>? Snapshots { get; private set; }

    public IReadOnlyList<FrozenSetView> Frozen { get; private set; } = [];

    /// <summary>Snapshot jobs that have not ended, or ended badly since the last good one.</summary>
    public IReadOnlyList<BackgroundJob> Jobs { get; private set; } = [];

    public SnapshotView? Open { get; private set; }

    /// <summary>What the check of the open snapshot found; null before it.</summary>
    public SnapshotCheck? Check { get; private set; }

    /// <summary>The other snapshots of the open one's policy, newest first.</summary>
    public IReadOnlyList<SnapshotView> Others => Open is { } open && Snapshots is { } all
        ? [.. all.Where(s => s.Snapshot.PolicyId == open.Snapshot.PolicyId && s.Snapshot.Id != open.Snapshot.Id)]
        : [];

    /// <summary>What changed from the snapshot that was chosen to the open one; null while none is chosen.</summary>
    public SnapshotDiff? Diff { get; private set; }

    /// <summary>Where the open snapshot leads.</summary>
    public SnapshotLineage? Lineage { get; private set; }

    public string? Failure { get; set; }

    public bool Busy { get; private set; }

    /// <param name="policyKey">Null or empty for all policies.</param>
    public async Task GoAsync(string? policyKey, Guid? snapshotId, Actor actor, CancellationToken cancellation)
    {
        Policies ??= await listPolicies.RunAsync(actor, cancellation);
        _labels = (await policies.RunAsync(withArchived: true, actor, cancellation))
            .SelectMany(p => p.Labels, (p, label) => (Key: (p.Key, label.Key), label)).ToDictionary(x => x.Key, x => x.label);
        await RefreshAsync(policyKey, actor, cancellation);
        var open = Snapshots?.FirstOrDefault(s => s.Snapshot.PublicId == snapshotId);
        if (open?.Snapshot.Id != Open?.Snapshot.Id)
        {
            Check = null;
        }

        Open = open;
        Lineage = open is null ? null : await trace.OfSnapshotAsync(open.Snapshot.PublicId, actor, cancellation);
    }

    public async Task RefreshAsync(string? policyKey, Actor actor, CancellationToken cancellation)
    {
        var key = string.IsNullOrEmpty(policyKey) ? null : policyKey;
        Snapshots = await list.RunAsync(key, actor, cancellation);
        Frozen = await list.FrozenAsync(key, actor, cancellation);
        var latest = await jobs.ListAsync([SnapshotJob.JobKind, ErasureJob.JobKind], Listed, cancellation);
        Jobs = [.. latest.TakeWhile(j => j.State != JobState.Succeeded)];
    }

    /// <summary>A label's name and colour as they are today; its key where the policy no longer has it.</summary>
    public (string Name, string Colour) Label(string policyKey, string labelKey) =>
        _labels.TryGetValue((policyKey, labelKey), out var label) ? (label.Name, label.Colour) : (labelKey, "#6b7280");

    public Task StartAsync(LoopPolicy policy, SnapshotOptions options, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return TryAsync(() => start.RunAsync(policy.Id, options, actor, cancellation));
    }

    /// <summary>Erases an item; its snapshots are written anew by a job, which joins <see cref="Jobs"/>.</summary>
    /// <returns>Whether it was erased.</returns>
    public async Task<bool> EraseAsync(EraseRequest request, Actor actor, CancellationToken cancellation)
    {
        await TryAsync(() => erase.RunAsync(request, actor, cancellation));
        return Failure is null;
    }

    public Task VerifyAsync(CancellationToken cancellation) => TryAsync(async () => Check = await verify.RunAsync(Open!.Snapshot.PublicId, cancellation));

    /// <param name="otherId">Null to compare no more.</param>
    public async Task CompareAsync(Guid? otherId, Actor actor, CancellationToken cancellation)
    {
        if (Open is null || otherId is not { } other)
        {
            Diff = null;
        }
        else if (Diff is not { } known || known.From.PublicId != other || known.To.Id != Open.Snapshot.Id)
        {
            Diff = null;
            await TryAsync(async () => Diff = await diff.RunAsync(new SnapshotDiffRequest(other, Open.Snapshot.PublicId, ListedChanges), actor, cancellation));
        }
    }

    public Task SteerAsync(BackgroundJob job, LoopCommand command, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        return TryAsync(() => steer.RunAsync(job.Id, command, actor, cancellation));
    }

    private async Task TryAsync(Func<Task> act)
    {
        Busy = true;
        Failure = null;
        try
        {
            await act();
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException)
        {
            Failure = e.Message;
        }
        finally
        {
            Busy = false;
        }
    }
}
