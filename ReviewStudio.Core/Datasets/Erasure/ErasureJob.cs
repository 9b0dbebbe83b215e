using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Datasets.Erasure;

/// <summary>An item whose content is gone, and why.</summary>
public sealed record ErasureArguments(long ItemId, string Reason, DateTime At);

/// <summary>How far it got.</summary>
/// <param name="LastSnapshot">Key of the last snapshot that was looked through.</param>
public sealed record ErasureProgress(long LastSnapshot, int Rewritten);

/// <summary>Writes each snapshot that held an erased item anew, without it. Broken off, it goes on after the last one.</summary>
public sealed class ErasureJob(Database database, StudioFolders folders, RewriteSnapshot rewrite) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "erasure";

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var arguments = job.Arguments<ErasureArguments>();
        var progress = job.Resume<ErasureProgress>() ?? new ErasureProgress(0, 0);
        var item = await database.ReadAsync(db => db.Set<Item>().SingleAsync(i => i.Id == arguments.ItemId, stop), stop);
        var snapshots = await CandidatesAsync(arguments.ItemId, stop);
        foreach (var snapshot in snapshots.Where(s => s.Id > progress.LastSnapshot))
        {
            await job.ReportAsync(snapshots.IndexOf(snapshot), snapshots.Count, $"Looking through {snapshot.Folder}", stop);
            var rewritten = await rewrite.RunAsync(snapshot, item, arguments, job.Actor, stop);
            progress = new ErasureProgress(snapshot.Id, progress.Rewritten + (rewritten ? 1 : 0));
            await job.SaveResumeAsync(progress, stop);
        }

        await SweepAsync(snapshots, stop);
        await job.ReportAsync(snapshots.Count, snapshots.Count, $"{progress.Rewritten} snapshots written anew", stop);
        return progress;
    }

    /// <summary>Snapshots from the item's first label on.</summary>
    private Task<List<Snapshot>> CandidatesAsync(long itemId, CancellationToken stop) => database.ReadAsync(
        db => (
            from snapshot in db.Set<Snapshot>()
            where db.Set<LabelledExample>().Any(e => e.PolicyId == snapshot.PolicyId && e.Id <= snapshot.Watermark
                && db.Set<ReviewCase>().Any(c => c.Id == e.CaseId && c.ItemId == itemId))
            orderby snapshot.Id
            select snapshot).ToListAsync(stop),
        stop);

    /// <summary>Deletes folders of former editions: also those that an end between commit and deletion has left behind.</summary>
    private async Task SweepAsync(List<Snapshot> snapshots, CancellationToken stop)
    {
        var ids = snapshots.ConvertAll(s => s.Id);
        var now = await database.ReadAsync(db => db.Set<Snapshot>().Where(s => ids.Contains(s.Id) && s.Edition > 1).ToListAsync(stop), stop);
        foreach (var snapshot in now)
        {
            foreach (var former in SnapshotManifest.FromJson(snapshot.ManifestJson).Erasures)
            {
                RewriteSnapshot.Drop(folders, snapshot, former);
            }
        }
    }
}
