using System.Text.Json;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Api;

/// <summary>The difference between two snapshots of a policy.</summary>
public sealed record SnapshotDiffAnswer(Guid From, Guid To, int Added, int Removed, int Relabelled, int Unchanged, IReadOnlyList<SnapshotChange> Changes);

/// <summary>A snapshot.</summary>
/// <param name="Present">Whether its files are there.</param>
public sealed record SnapshotAnswer(
    Guid Id, string Policy, string Version, int Edition, string Hash, int Rows, int Verdicts, SortedDictionary<string, int> Labels,
    string Folder, long Watermark, DateTime CreatedAt, bool Present, IReadOnlyList<SnapshotFile> Files)
{
    internal static SnapshotAnswer Of(SnapshotView view) => new(
        view.Snapshot.PublicId, view.PolicyKey, view.Snapshot.Version, view.Snapshot.Edition, view.Snapshot.LogicalHash, view.Snapshot.Rows, view.Manifest.Verdicts,
        view.Manifest.Labels, view.Snapshot.Folder, view.Snapshot.Watermark, view.Snapshot.CreatedAt, view.Present, view.Manifest.Files);
}

/// <summary>A snapshot to make.</summary>
/// <param name="Policy">The policy's key.</param>
/// <param name="Verdicts">Whether the single verdicts come along.</param>
/// <param name="Only">What it is narrowed to; null for all labels.</param>
public sealed record NewSnapshotBody(string Policy, bool Verdicts = true, SnapshotFilter? Only = null);

/// <summary>A snapshot on its way.</summary>
/// <param name="State">queued, running, succeeded, failed or cancelled.</param>
/// <param name="Snapshot">Its id, once it is there.</param>
public sealed record SnapshotJobAnswer(Guid Job, string State, string Message, string? Error, Guid? Snapshot)
{
    internal static SnapshotJobAnswer Of(BackgroundJob job) => new(
        job.PublicId, job.State.ToString().ToLowerInvariant(), job.Message, job.Error,
        job.State == JobState.Succeeded ? JsonSerializer.Deserialize<SnapshotResult>(job.ResultJson!)!.Id : null);
}
