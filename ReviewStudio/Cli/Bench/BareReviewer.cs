using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using IDatabaseProvider = ReviewStudio.Core.Storage.IDatabaseProvider;

namespace ReviewStudio.Cli.Bench;

/// <summary>
/// One reviewer of the bare loop, on a connection of its own with prepared statements: the claim; the statement that holds
/// the case and reads what a verdict goes by; and in one batch with the commit the audit event, two messages, the updates
/// of case and task, the verdict and the label. Its answer is fixed: nothing read is judged, mapped or remembered.
/// </summary>
internal sealed class BareReviewer : IAsyncDisposable
{
    private readonly StudioDbContext _db;
    private readonly IDatabaseProvider _engine;
    private readonly IQueueStatements _queue;
    private readonly string _hold;
    private readonly BareStatement[] _writes;
    private readonly DbBatch? _batch;
    private readonly DbCommand[] _commands;
    private readonly ClaimHead _claim;
    private readonly ReviewQueue _of;
    private readonly long _versionId;

    private BareReviewer(StudioDbContext db, IServiceProvider services, ClaimHead claim, ReviewQueue of, long versionId)
    {
        (_db, _claim, _of, _versionId) = (db, claim, of, versionId);
        _engine = services.GetRequiredService<IDatabaseProvider>();
        _queue = services.GetRequiredService<IQueueStatements>();
        _hold = services.GetRequiredService<IReviewStatements>().HoldCase(RowReader<ReviewTask>.For(db).Columns("t"), RowReader<ReviewCase>.For(db).Columns("c"));
        var connection = db.Database.GetDbConnection();
        string Place(int i) => connection.CanCreateBatch ? $"${i + 1}" : $"@p{i}";
        _writes =
        [
            BareStatement.Insert<AuditEvent>(db, Place), BareStatement.Insert<OutboxMessage>(db, Place), BareStatement.Insert<OutboxMessage>(db, Place),
            BareStatement.Update<ReviewCase>(db, Place, nameof(ReviewCase.ConcurrencyStamp), nameof(ReviewCase.LabelKey), nameof(ReviewCase.State)),
            BareStatement.Update<ReviewTask>(db, Place, nameof(ReviewTask.LeasedUntil), nameof(ReviewTask.State)),
            BareStatement.Insert<Verdict>(db, Place, key: true), BareStatement.Insert<LabelledExample>(db, Place),
        ];
        using var maker = connection.CreateCommand();
        if (connection.CanCreateBatch)
        {
            _batch = connection.CreateBatch();
            _commands = [];
            foreach (var write in _writes)
            {
                var command = _batch.CreateBatchCommand();
                command.CommandText = write.Sql;
                write.Bind(maker, command.Parameters, _ => "");
                _batch.BatchCommands.Add(command);
            }

            var commit = _batch.CreateBatchCommand();
            commit.CommandText = "COMMIT";
            _batch.BatchCommands.Add(commit);
        }
        else
        {
            _commands = [.. _writes.Select(write =>
            {
                var command = connection.CreateCommand();
                command.CommandText = write.Sql;
                write.Bind(maker, command.Parameters, Place);
                return command;
            })];
        }
    }

    public static async Task<BareReviewer> OpenAsync(
        BenchStudio studio, IReadOnlyList<long> lanes, LaneStamp stamp, ReviewQueue queue, long versionId, Actor actor, CancellationToken stop)
    {
        var db = await studio.Database.OpenForReadingAsync(stop);
        await db.Database.OpenConnectionAsync(stop);
        return new BareReviewer(db, studio.Services, new ClaimHead(lanes, [], actor.ReviewerId, default, default, stamp), queue, versionId);
    }

    /// <returns>The task that was claimed; null when none was left.</returns>
    public async Task<ClaimedHead?> ClaimAsync(CancellationToken stop)
    {
        await FlushAsync("NORMAL", stop);
        var now = TimeProvider.System.Instant();
        return await _queue.ClaimHeadAsync(_db, _claim with { Now = now, LeasedUntil = now.AddMinutes(5) }, stop);
    }

    public async Task AnswerAsync(ClaimedHead task, CancellationToken stop)
    {
        await FlushAsync("FULL", stop);
        await using var transaction = await _db.Database.BeginTransactionAsync(stop);
        var (verdictId, versions) = (Guid.CreateVersion7(), _versionId);
        var key = await HoldAsync(task.TaskId, verdictId, stop);
        var now = TimeProvider.System.Instant();
        object[] rows =
        [
            new AuditEvent { At = now, ActorId = _claim.ReviewerId, ActorName = "bench", Action = "verdict.recorded", SubjectKind = "case", SubjectId = task.PublicId, DetailsJson = $"{{\"verdict\":\"{verdictId}\",\"label\":\"ok\",\"purpose\":\"Review\"}}" },
            new OutboxMessage { Topic = OutboxTopics.ConsensusChanged, SubjectId = verdictId, AboutId = task.PublicId, CreatedAt = now, NotBefore = now.AddSeconds(8), PayloadJson = $"{{\"case\":\"{task.PublicId}\",\"policy\":\"bench\",\"policyVersion\":1,\"label\":\"ok\",\"confidence\":1,\"method\":\"single\",\"reviewers\":1}}" },
            new OutboxMessage { Topic = OutboxTopics.VerdictRecorded, SubjectId = verdictId, CreatedAt = now, NotBefore = now.AddSeconds(8), PayloadJson = $"{{\"verdict\":\"{verdictId}\",\"case\":\"{task.PublicId}\",\"policy\":\"bench\",\"policyVersion\":1,\"label\":\"ok\",\"purpose\":\"review\"}}" },
            new ReviewCase { Id = task.CaseId, LabelKey = "ok", State = CaseState.Labelled },
            new ReviewTask { Id = task.TaskId, State = TaskState.Done },
            new Verdict { Id = key, PublicId = verdictId, TaskId = task.TaskId, CaseId = task.CaseId, ReviewerId = _claim.ReviewerId, LabelKey = "ok", FencingToken = task.FencingToken, PolicyVersionId = versions, RankReason = "", Stratum = "unscored", ElapsedMilliseconds = 1_500, CreatedAt = now },
            new LabelledExample { CaseId = task.CaseId, PolicyId = _of.PolicyId, PolicyVersionId = versions, LabelKey = "ok", Confidence = 1, SoftLabelJson = "{\"ok\":1}", Method = "single", Reviewers = 1, VerdictId = key, CreatedAt = now },
        ];
        for (var i = 0; i < rows.Length; i++)
        {
            _writes[i].Set(rows[i]);
        }

        if (_batch is not null)
        {
            _batch.Transaction = transaction.GetDbTransaction();
            await _batch.ExecuteNonQueryAsync(stop);
            return;
        }

        foreach (var command in _commands)
        {
            command.Transaction = transaction.GetDbTransaction();
            command.ExecuteNonQuery();
        }

        await transaction.CommitAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands)
        {
            await command.DisposeAsync();
        }

        await _db.DisposeAsync();
    }

    /// <returns>The key for the verdict.</returns>
    private async Task<long> HoldAsync(long taskId, Guid verdictId, CancellationToken stop)
    {
        var command = _engine.Command(_db, _hold);
        Add(command, "@task", taskId);
        Add(command, "@reviewer", _claim.ReviewerId);
        Add(command, "@verdict", verdictId);
        Add(command, "@published", (int)PolicyVersionState.Published);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        await reader.NextResultAsync(stop);
        await reader.ReadAsync(stop);
        var key = reader.GetInt64(4);
        while (await reader.NextResultAsync(stop))
        {
            while (await reader.ReadAsync(stop))
            {
                _ = reader.GetInt64(0);
            }
        }

        return key;
    }

    /// <summary>A claim does not wait for the disk in the product, and so it does not here; PostgreSQL is told by the statement itself.</summary>
    private async Task FlushAsync(string synchronous, CancellationToken stop)
    {
        if (_batch is null)
        {
            await using var command = _db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"PRAGMA synchronous={synchronous}";
            await command.ExecuteNonQueryAsync(stop);
        }
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
