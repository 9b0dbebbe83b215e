using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>Which queue's waiting cases to bring in line.</summary>
public sealed record ReviewPlanArguments(long QueueId);

/// <summary>
/// Brings the open tasks of waiting cases in line with a changed number of reviewers: adds what is missing, cancels what
/// is too much. A case with verdicts keeps one open task even where it has enough: its consensus forms with the next verdict.
/// Chunks commit one by one, and a second run changes nothing.
/// </summary>
public sealed class ReviewPlanJob(Database database) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "review-plan";

    private const int Chunk = 500;

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var queueId = job.Arguments<ReviewPlanArguments>().QueueId;
        var total = await database.ReadAsync(
            db => db.Set<ReviewCase>().LongCountAsync(c => c.QueueId == queueId && c.State == CaseState.Open, stop), stop);
        var cursor = job.Resume<long>();
        long done = 0;
        while (true)
        {
            var (last, count) = await database.WriteAsync(
                async db =>
                {
                    var chunk = await AdjustAsync(db, queueId, cursor, stop);
                    await job.SaveResumeAsync(db, chunk.Last, stop);
                    return chunk;
                },
                stop);
            if (count == 0)
            {
                return new { cases = done };
            }

            cursor = last;
            done += count;
            await job.ReportAsync(done, Math.Max(total, done), "Asking for verdicts", stop);
        }
    }

    private static async Task<(long Last, int Count)> AdjustAsync(StudioDbContext db, long queueId, long after, CancellationToken stop)
    {
        var wanted = await db.Set<ReviewQueue>().Where(q => q.Id == queueId).Select(q => q.Plan).SingleAsync(stop);
        var cases = await db.Set<ReviewCase>().Where(c => c.QueueId == queueId && c.State == CaseState.Open && c.Id > after)
            .OrderBy(c => c.Id).Take(Chunk).ToListAsync(stop);
        if (cases.Count == 0)
        {
            return (after, 0);
        }

        var ids = cases.ConvertAll(c => c.Id);
        var tasks = (await db.Set<ReviewTask>().Where(t => ids.Contains(t.CaseId) && t.State != TaskState.Cancelled)
            .Where(t => t.Purpose == TaskPurpose.Review || t.Purpose == TaskPurpose.Audit || t.Purpose == TaskPurpose.SecondLook)
            .ToListAsync(stop)).ToLookup(t => t.CaseId);
        var waiting = new List<WaitingCase>();
        foreach (var reviewCase in cases)
        {
            var judged = tasks[reviewCase.Id].Count(t => t.State == TaskState.Done);
            var open = tasks[reviewCase.Id].Where(t => t.State != TaskState.Done).OrderByDescending(t => t.State).ThenBy(t => t.Id);
            foreach (var surplus in open.Skip(Math.Max(1, wanted.WantedFor(reviewCase.PublicId) - judged)).Where(t => t.State == TaskState.Pending))
            {
                surplus.State = TaskState.Cancelled;
            }

            waiting.Add(new WaitingCase(reviewCase, judged));
        }

        await db.SaveChangesAsync(stop);
        await WantedTasks.OpenAsync(db, waiting, stop);
        return (ids[^1], ids.Count);
    }
}
