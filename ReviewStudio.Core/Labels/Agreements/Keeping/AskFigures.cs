using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Labels.Agreements.Keeping;

/// <summary>Figures as they are told to somebody who asked.</summary>
/// <param name="Figures">Null while they were never measured.</param>
/// <param name="AsOf">The instant that they are true of; null where they were measured while somebody waited.</param>
/// <param name="Measuring">The job that measures them anew; null when none does. Ask again to see it go on.</param>
public sealed record AskedFigures<T>(T? Figures, DateTime? AsOf, BackgroundJob? Measuring)
    where T : class;

/// <summary>
/// Answers questions about the verdicts of a policy at once. In a small installation it measures while somebody waits. In a
/// large one it tells what was measured before, and has a job measure it anew where verdicts have come in since; what rests
/// between is twenty times as long as the measuring took, at least a minute.
/// </summary>
public sealed class AskFigures(Database database, FigureMaker maker, PolicyBook policies, JobDesk jobs, TimeProvider clock) : IUseCase
{
    private const int Rests = 20;

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>Up to so many verdicts in the whole installation everything is measured while somebody waits.</summary>
    public long AtOnceUpTo { get; set; } = 20_000;

    /// <typeparam name="T">What <see cref="FigureKind"/> names.</typeparam>
    /// <exception cref="RefusedException">They cannot be measured; the message says why.</exception>
    public async Task<AskedFigures<T>> RunAsync<T>(FigureQuestion question, Actor actor, CancellationToken cancellation)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var last = await database.ReadAsync(db => db.Set<Verdict>().MaxAsync(v => (long?)v.Id, cancellation), cancellation) ?? 0;
        if (last <= AtOnceUpTo)
        {
            return new AskedFigures<T>((T)await maker.RunAsync(question, cancellation), null, null);
        }

        var json = question.ToJson();
        var (kept, job) = await database.ReadAsync(
            async db => (await Find(db, question.PolicyId, json).AsNoTracking().SingleOrDefaultAsync(cancellation), await MeasuringAsync(db, question.PolicyId, cancellation)), cancellation);
        var now = clock.Instant();
        if (kept is { Error: { } error, MeasuredAt: { } failed } && now - failed < Least)
        {
            throw new RefusedException("figures.failed", error);
        }

        // In other labels than those in force figures would mislead, so that they wait for the new ones.
        var version = (await policies.InForceAsync(question.PolicyId, cancellation))?.Id;
        var usable = kept is { FiguresJson: not null } && kept.PolicyVersionId == version ? kept : null;
        if (usable is null || (usable.Watermark < last && now - usable.MeasuredAt >= Rest(usable)) || usable.Wanted)
        {
            job = kept is { Wanted: true } && job is not null ? job : await WantAsync(question, json, actor, now, cancellation);
        }
        else
        {
            job = null;
        }

        return new AskedFigures<T>(usable is null ? null : FigureJson.Read<T>(usable.FiguresJson!), usable?.MeasuredAt, job);
    }

    internal static string ExclusiveKey(long policyId) => FormattableString.Invariant($"figures:{policyId}");

    private static TimeSpan Rest(KeptFigures kept) => TimeSpan.FromMilliseconds(Math.Max(Least.TotalMilliseconds, (double)Rests * kept.TookMilliseconds));

    private static IQueryable<KeptFigures> Find(StudioDbContext db, long policyId, string json)
    {
        var name = FigureQuestion.Name(json);
        return db.Set<KeptFigures>().Where(f => f.PolicyId == policyId && f.Question == name);
    }

    private static Task<BackgroundJob?> MeasuringAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        var key = ExclusiveKey(policyId);
        return db.Set<BackgroundJob>().AsNoTracking()
            .Where(j => (j.State == JobState.Queued || j.State == JobState.Running) && j.ExclusiveKey == key).OrderBy(j => j.Id).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Marks the question as wanted, for the job that runs or else for one that is started.</summary>
    private async Task<BackgroundJob?> WantAsync(FigureQuestion question, string json, Actor actor, DateTime now, CancellationToken cancellation)
    {
        var (job, started) = await database.WriteAsync(
            async db =>
            {
                await db.LockAsync(ExclusiveKey(question.PolicyId), LockKind.Exclusive, cancellation);
                var row = await Find(db, question.PolicyId, json).AsTracking().SingleOrDefaultAsync(cancellation);
                if (row is null)
                {
                    row = new KeptFigures { PolicyId = question.PolicyId, Question = FigureQuestion.Name(json), QuestionJson = json };
                    db.Add(row);
                }

                (row.Wanted, row.AskedAt) = (true, now);
                var running = await MeasuringAsync(db, question.PolicyId, cancellation);
                var policy = await db.Set<Policy>().Where(p => p.Id == question.PolicyId).Select(p => p.Name).SingleAsync(cancellation);
                var added = running is null ? jobs.Add(db, new NewJob(MeasureFigures.JobKind, $"Measure agreement under {policy}", new FigureArguments(question.PolicyId), ExclusiveKey(question.PolicyId)), actor) : null;
                await db.SaveChangesAsync(cancellation);
                return (running ?? added!, added is not null);
            },
            cancellation);
        if (started)
        {
            jobs.Dispatch(job.Id);
        }

        return job;
    }
}
