using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Storage.Jobs;

/// <summary>A handler's view of its own row.</summary>
public sealed class JobContext
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(300);

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly int _attempt;
    private string? _resumeJson;
    private long _lastReport;

    internal JobContext(Database database, TimeProvider clock, BackgroundJob row)
    {
        _database = database;
        _clock = clock;
        _attempt = row.Attempt;
        _resumeJson = row.ResumeJson;
        JobId = row.Id;
        ArgumentsJson = row.ArgumentsJson;
        StartedById = row.StartedById;
        StartedByName = row.StartedByName;
    }

    public long JobId { get; }

    public string ArgumentsJson { get; }

    /// <summary>Who set the job off; what it does is recorded in this person's name.</summary>
    public long StartedById { get; }

    public string StartedByName { get; }

    /// <summary>Whoever set the job off, with the system's rights: whether it may be done was checked at the start.</summary>
    public Accounts.Actor Actor => Accounts.Actor.System with { ReviewerId = StartedById, Name = StartedByName };

    public T Arguments<T>() =>
        JsonSerializer.Deserialize<T>(ArgumentsJson) ?? throw new InvalidOperationException($"Job {JobId} has no arguments.");

    /// <summary>The last saved resume point; default at the start.</summary>
    public T? Resume<T>() => _resumeJson is null ? default : JsonSerializer.Deserialize<T>(_resumeJson);

    /// <summary>Saves where to go on, in a transaction of its own.</summary>
    /// <exception cref="JobLeaseLostException">Somebody else has taken the job up.</exception>
    public Task SaveResumeAsync<T>(T resume, CancellationToken stop) =>
        _database.WriteAsync(db => SaveResumeAsync(db, resume, stop), stop);

    /// <summary>Saves where to go on in the caller's transaction, so that work and resume point commit together.</summary>
    /// <exception cref="JobLeaseLostException">Somebody else has taken the job up.</exception>
    public async Task SaveResumeAsync<T>(StudioDbContext db, T resume, CancellationToken stop)
    {
        var json = JsonSerializer.Serialize(resume);
        var rows = await Mine(db).ExecuteUpdateAsync(set => set.SetProperty(j => j.ResumeJson, json), stop);
        ThrowIfLost(rows);
        _resumeJson = json;
    }

    /// <summary>Tells how far the work got. Calls in quick succession are dropped, so it may be called often.</summary>
    public async Task ReportAsync(long done, long? total, string message, CancellationToken stop)
    {
        var now = _clock.GetTimestamp();
        if (_lastReport != 0 && done != total && _clock.GetElapsedTime(_lastReport, now) < ReportInterval)
        {
            return;
        }

        _lastReport = now;
        var rows = await _database.WriteAsync(
            db => Mine(db).ExecuteUpdateAsync(
                set => set.SetProperty(j => j.Done, done).SetProperty(j => j.Total, total).SetProperty(j => j.Message, message), stop),
            stop);
        ThrowIfLost(rows);
    }

    private IQueryable<BackgroundJob> Mine(StudioDbContext db) =>
        db.Set<BackgroundJob>().Where(j => j.Id == JobId && j.Attempt == _attempt && j.State == JobState.Running);

    private void ThrowIfLost(int rows)
    {
        if (rows == 0)
        {
            throw new JobLeaseLostException(JobId);
        }
    }
}

/// <summary>The job was taken up by somebody else; this holder must stop without a trace.</summary>
public sealed class JobLeaseLostException(long jobId) : OperationCanceledException($"Job {jobId} is held by somebody else now.");
