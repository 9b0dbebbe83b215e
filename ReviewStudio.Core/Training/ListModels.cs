using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Counting;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training.Gates;

namespace ReviewStudio.Core.Training;

/// <summary>A head in a list.</summary>
/// <param name="PolicyVersion">Number of the policy version whose labels it gives.</param>
/// <param name="Report">Its gate report; null before its gates.</param>
public sealed record HeadView(Head Head, int PolicyVersion, GateReport? Report);

/// <summary>A training run with its job, which carries progress, and its outcome once it has ended well.</summary>
/// <param name="SnapshotId">Public id of its snapshot; null before there is one.</param>
public sealed record RunView(TrainingRun Run, BackgroundJob Job, Guid? SnapshotId, string? SnapshotVersion, TrainingResult? Result);

/// <summary>Everything about the models of a policy.</summary>
/// <param name="Heads">Newest first.</param>
/// <param name="Runs">The latest runs, newest first.</param>
/// <param name="Labels">Labelled cases that may train a head.</param>
/// <param name="FreshLabels">Labels since the latest run began.</param>
/// <param name="FrozenCases">Cases that the gates measure on.</param>
public sealed record ModelsView(IReadOnlyList<HeadView> Heads, IReadOnlyList<RunView> Runs, int Labels, int FreshLabels, int FrozenCases)
{
    public HeadView? Champion => Heads.FirstOrDefault(h => h.Head.State == HeadState.Champion);

    /// <summary>The head that a roll-back would put in service: the one that served last.</summary>
    public HeadView? Previous => Heads.Where(h => h.Head.State == HeadState.Retired).MaxBy(h => h.Head.RetiredAt);

    /// <summary>Whether a run has not ended.</summary>
    public bool Training => Runs.Any(r => !r.Job.Ended);
}

/// <summary>The heads and training runs of a policy.</summary>
public sealed class ListModels(Database database) : IUseCase
{
    /// <summary>Beyond so many fresh labels the exact number helps nobody.</summary>
    public const int CountedAtMost = 10_000;

    private const int Most = 100;

    private const int Read = 2 * Tallies.CountedAtOnce;

    public Task<ModelsView> RunAsync(long policyId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        return database.ReadAsync(db => ReadAsync(db, policyId, cancellation), cancellation);
    }

    private static async Task<ModelsView> ReadAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        var heads = await (
            from head in db.Set<Head>()
            join version in db.Set<PolicyVersion>() on head.PolicyVersionId equals version.Id
            where head.PolicyId == policyId
            orderby head.Number descending
            select new { head, version.Number }).Take(Most).ToListAsync(cancellation);
        var runs = await (
            from run in db.Set<TrainingRun>()
            join job in db.Set<BackgroundJob>() on run.JobId equals job.Id
            from snapshot in db.Set<Snapshot>().Where(s => s.Id == run.SnapshotId).DefaultIfEmpty()
            where run.PolicyId == policyId
            orderby run.Id descending
            select new { run, job, Id = (Guid?)snapshot!.PublicId, snapshot.Version }).Take(20).ToListAsync(cancellation);
        var last = runs.Count == 0 ? 0 : runs[0].run.Watermark;
        var labelled = db.Set<LabelledExample>().Where(e => e.PolicyId == policyId && e.LabelKey != null);
        return new ModelsView(
            heads.ConvertAll(h => new HeadView(h.head, h.Number, h.head.GateReportJson is { } json ? GateReport.FromJson(json) : null)),
            runs.ConvertAll(r => new RunView(r.run, r.job, r.Id, r.Version, Result(r.job))),
            await LabelsAsync(db, policyId, labelled, cancellation),
            await labelled.Where(e => e.Id > last).OrderBy(e => e.Id).Take(CountedAtMost).CountAsync(cancellation),
            await db.Set<FrozenMember>().CountAsync(m => db.Set<FrozenSet>().Any(s => s.Id == m.FrozenSetId && s.PolicyId == policyId && s.ForGates), cancellation));
    }

    /// <summary>Counted where that is soon done; else the tallies of the policy's queues.</summary>
    private static async Task<int> LabelsAsync(StudioDbContext db, long policyId, IQueryable<LabelledExample> labelled, CancellationToken cancellation)
    {
        // In the order of an index, and a case may have several labels one after the other.
        var cases = labelled.Where(e => !db.Set<FrozenMember>().Any(m => m.CaseId == e.CaseId)).OrderBy(e => e.CaseId).ThenBy(e => e.Id).Select(e => e.CaseId);
        var first = await cases.Take(Read).ToListAsync(cancellation);
        if (first.Count < Read)
        {
            return first.Distinct().Count();
        }

        var queues = await db.Set<ReviewQueue>().Where(q => q.PolicyId == policyId).Select(q => q.Id).ToListAsync(cancellation);
        var tallies = await Tallies.ReadAsync(db, cancellation);
        var kept = queues.Sum(id => tallies.TryGetValue(CountQueues.Labelled(id), out var tally) ? tally.Count : 0);

        // Without a tally there are few cases, each labelled again and again.
        return kept > 0 ? (int)Math.Max(first.Distinct().Count(), kept) : (await cases.Take(10 * Read).ToListAsync(cancellation)).Distinct().Count();
    }

    private static TrainingResult? Result(BackgroundJob job) =>
        job is { State: JobState.Succeeded, ResultJson: { } json } ? JsonSerializer.Deserialize<TrainingResult>(json) : null;
}
