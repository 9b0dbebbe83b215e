using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>Scores and ranks in bulk, by prepared statements.</summary>
public sealed partial class SqliteQueueStatements
{
    private const int ScoredAtOnce = 100;

    /// <inheritdoc />
    /// <remarks>One writer at a time: a claim waits for the transaction before it.</remarks>
    public int RankedAtOnce => 50;

    /// <inheritdoc />
    public IEnumerable<IReadOnlyList<CaseScore>> Shares(IReadOnlyList<CaseScore> scores) => scores.Chunk(ScoredAtOnce);

    /// <inheritdoc />
    public Task ApplyScoresAsync(StudioDbContext db, IReadOnlyList<CaseScore> scores, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(scores);
        using var command = Prepared(db, """
            UPDATE "ReviewCase" SET "HeadId" = @head, "Probabilities" = @probabilities, "Uncertainty" = @uncertainty, "Severity" = @severity,
                "UnscoredSince" = NULL WHERE "Id" = @id
            """);
        var head = command.Parameters.Add("@head", SqliteType.Integer);
        var probabilities = command.Parameters.Add("@probabilities", SqliteType.Blob);
        var uncertainty = command.Parameters.Add("@uncertainty", SqliteType.Real);
        var severity = command.Parameters.Add("@severity", SqliteType.Real);
        var id = command.Parameters.Add("@id", SqliteType.Integer);
        foreach (var score in scores)
        {
            cancellation.ThrowIfCancellationRequested();
            head.Value = score.HeadId;
            probabilities.Value = score.Probabilities;
            uncertainty.Value = score.Uncertainty;
            severity.Value = score.Severity;
            id.Value = score.CaseId;
            command.ExecuteNonQuery();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<int> ApplyRanksAsync(StudioDbContext db, IReadOnlyList<CaseRank> ranks, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(ranks);
        using var command = Prepared(db, """
            UPDATE "ReviewTask" SET "Rank" = CASE "Purpose" WHEN 0 THEN @rank WHEN 3 THEN @audit ELSE @other END
            WHERE "CaseId" = @case AND "State" IN (0, 1) AND "Rank" <> CASE "Purpose" WHEN 0 THEN @rank WHEN 3 THEN @audit ELSE @other END
            """);
        var (rank, audit) = (command.Parameters.Add("@rank", SqliteType.Real), command.Parameters.Add("@audit", SqliteType.Real));
        var other = command.Parameters.Add("@other", SqliteType.Real);
        var caseId = command.Parameters.Add("@case", SqliteType.Integer);
        var moved = 0;
        foreach (var row in ranks)
        {
            cancellation.ThrowIfCancellationRequested();
            (rank.Value, audit.Value, other.Value, caseId.Value) = (row.Rank, row.AuditRank, row.OtherRank, row.CaseId);
            moved += command.ExecuteNonQuery();
        }

        return Task.FromResult(moved);
    }

    private static SqliteCommand Prepared(StudioDbContext db, string sql)
    {
        var command = ((SqliteConnection)db.Database.GetDbConnection()).CreateCommand();
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = sql;
        return command;
    }
}
