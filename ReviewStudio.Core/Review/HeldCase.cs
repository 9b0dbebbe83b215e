using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>A verdict as far as a consensus needs it.</summary>
public sealed record CaseVerdict(long Id, long CaseId, long TaskId, long? SupersedesId, string? LabelKey, long ReviewerId, TaskPurpose Purpose, long PolicyVersionId);

/// <summary>A task of a case, by what it is for and where it stands.</summary>
public sealed record CaseTask(long Id, TaskPurpose Purpose, TaskState State)
{
    /// <summary>Waits for a verdict.</summary>
    public bool Open => State is TaskState.Pending or TaskState.Leased;
}

/// <summary>
/// A task and its case, held to the end of the transaction, with all that a verdict goes by as it stands now. What a
/// verdict brings about is added here, so that nothing has to be asked of the database again.
/// </summary>
public sealed class HeldCase(IEnumerable<CaseTask> tasks)
{
    private readonly List<CaseTask> _tasks = [.. tasks];

    /// <summary>The task, tracked.</summary>
    public required ReviewTask Task { get; init; }

    /// <summary>The case, tracked.</summary>
    public required ReviewCase Case { get; init; }

    /// <summary>The case's queue. Do not change it: it is shared.</summary>
    public required ReviewQueue Queue { get; init; }

    /// <summary>The policy version in force; null when the policy has none.</summary>
    public required long? InForceVersionId { get; init; }

    /// <summary>The verdict that has the public id of the one to be given already; null when none has.</summary>
    public required long? Earlier { get; init; }

    /// <summary>Whether the reviewer has begun a draft on the task.</summary>
    public required bool HasDraft { get; init; }

    /// <summary>The key for a new verdict; null where the engine gives keys with the rows alone.</summary>
    public required long? NextVerdictId { get; init; }

    /// <summary>What moved the prediction that the task was claimed with, as JSON; null where nothing is known.</summary>
    public required string? InfluencesJson { get; init; }

    /// <summary>All verdicts of the case by key, the one being given too.</summary>
    public required List<CaseVerdict> Verdicts { get; init; }

    /// <summary>All tasks of the case: the held one as it is now, the others as they stood, and those added meanwhile.</summary>
    public IEnumerable<CaseTask> Tasks => _tasks.Select(t => t.Id == Task.Id ? t with { State = Task.State } : t);

    /// <summary>Adds a verdict. It has its key afterwards.</summary>
    public async Task AddAsync(StudioDbContext db, Verdict verdict, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(verdict);
        verdict.Id = NextVerdictId ?? 0;
        db.Add(verdict);
        if (NextVerdictId is null)
        {
            await db.SaveChangesAsync(cancellation);
        }

        Verdicts.Add(new CaseVerdict(
            verdict.Id, verdict.CaseId, verdict.TaskId, verdict.SupersedesId, verdict.LabelKey, verdict.ReviewerId, verdict.Purpose, verdict.PolicyVersionId));
    }

    /// <summary>Adds a task on the case.</summary>
    public void Add(StudioDbContext db, ReviewTask task)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(task);
        db.Add(task);
        _tasks.Add(new CaseTask(task.Id, task.Purpose, task.State));
    }
}
