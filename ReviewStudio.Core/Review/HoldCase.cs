using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using IDatabaseProvider = ReviewStudio.Core.Storage.IDatabaseProvider;

namespace ReviewStudio.Core.Review;

/// <summary>Holds a task and its case and reads all that a verdict goes by, in one round trip.</summary>
public sealed class HoldCase(IDatabaseProvider engine, IReviewStatements statements) : IUseCase
{
    /// <summary>Queues as they were at their stamps: an edit renews the stamp, and a stamp read in the transaction tells whether it did.</summary>
    private readonly ConcurrentDictionary<long, ReviewQueue> _queues = new();

    private Layout? _layout;

    /// <param name="verdictId">The public id of the verdict that is to be given.</param>
    /// <returns>What is held; null when there is no such task.</returns>
    internal async Task<HeldCase?> RunAsync(StudioDbContext db, long taskId, long reviewerId, Guid verdictId, CancellationToken cancellation)
    {
        var layout = _layout ??= new Layout(db, statements);
        var raw = await ReadAsync(db, layout, taskId, reviewerId, verdictId, cancellation);
        if (raw is null)
        {
            return null;
        }

        db.Attach(raw.Task);
        db.Attach(raw.Case);
        return new HeldCase(raw.Tasks)
        {
            Task = raw.Task,
            Case = raw.Case,
            Queue = await QueueAsync(db, raw.Case.QueueId, raw.QueueStamp, cancellation),
            InForceVersionId = raw.InForce,
            Earlier = raw.Earlier,
            HasDraft = raw.HasDraft,
            NextVerdictId = raw.NextKey,
            InfluencesJson = raw.InfluencesJson,
            Verdicts = raw.Verdicts,
        };
    }

    private async Task<Raw?> ReadAsync(StudioDbContext db, Layout layout, long taskId, long reviewerId, Guid verdictId, CancellationToken cancellation)
    {
        var command = engine.Command(db, layout.Sql);
        Add(command, layout.Key, "task", taskId);
        Add(command, layout.Key, "reviewer", reviewerId);
        Add(command, layout.PublicId, "verdict", verdictId);
        Add(command, layout.State, "published", PolicyVersionState.Published);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }

        var task = layout.Tasks.Read(reader, 0);
        var raw = new Raw(task, layout.Cases.Read(reader, layout.Tasks.Names.Count));
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        raw.QueueStamp = reader.GetGuid(0);
        raw.InForce = Key(reader, 1);
        raw.Earlier = Key(reader, 2);
        raw.HasDraft = Convert.ToBoolean(reader.GetValue(3), CultureInfo.InvariantCulture);
        raw.NextKey = Key(reader, 4);
        raw.InfluencesJson = await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetString(5);
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            raw.Verdicts.Add(new CaseVerdict(
                reader.GetInt64(0), task.CaseId, reader.GetInt64(1), Key(reader, 2), await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetString(3),
                reader.GetInt64(4), (TaskPurpose)reader.GetInt32(5), reader.GetInt64(6)));
        }

        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            raw.Tasks.Add(new CaseTask(reader.GetInt64(0), (TaskPurpose)reader.GetInt32(1), (TaskState)reader.GetInt32(2)));
        }

        return raw;
    }

    private async Task<ReviewQueue> QueueAsync(StudioDbContext db, long queueId, Guid stamp, CancellationToken cancellation)
    {
        if (_queues.TryGetValue(queueId, out var known) && known.ConcurrencyStamp == stamp)
        {
            return known;
        }

        return _queues[queueId] = await db.Set<ReviewQueue>().AsNoTracking().SingleAsync(q => q.Id == queueId, cancellation);
    }

    private static long? Key(DbDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetInt64(at);

    private static void Add(DbCommand command, RelationalTypeMapping mapping, string name, object value) =>
        command.Parameters.Add(mapping.CreateParameter(command, "@" + name, value, nullable: false));

    /// <summary>What the model says of the statement; the same for every context of an installation.</summary>
    private sealed class Layout
    {
        public Layout(StudioDbContext db, IReviewStatements statements)
        {
            (Tasks, Cases) = (RowReader<ReviewTask>.For(db), RowReader<ReviewCase>.For(db));
            Sql = statements.HoldCase(Tasks.Columns("t"), Cases.Columns("c"));
            var verdict = db.Model.FindEntityType(typeof(Verdict))!;
            Key = verdict.FindProperty(nameof(Verdict.Id))!.GetRelationalTypeMapping();
            PublicId = verdict.FindProperty(nameof(Verdict.PublicId))!.GetRelationalTypeMapping();
            State = db.Model.FindEntityType(typeof(PolicyVersion))!.FindProperty(nameof(PolicyVersion.State))!.GetRelationalTypeMapping();
        }

        public RowReader<ReviewTask> Tasks { get; }

        public RowReader<ReviewCase> Cases { get; }

        public string Sql { get; }

        public RelationalTypeMapping Key { get; }

        public RelationalTypeMapping PublicId { get; }

        public RelationalTypeMapping State { get; }
    }

    private sealed record Raw(ReviewTask Task, ReviewCase Case)
    {
        public Guid QueueStamp { get; set; }

        public long? InForce { get; set; }

        public long? Earlier { get; set; }

        public bool HasDraft { get; set; }

        public long? NextKey { get; set; }

        public string? InfluencesJson { get; set; }

        public List<CaseVerdict> Verdicts { get; } = [];

        public List<CaseTask> Tasks { get; } = [];
    }
}
