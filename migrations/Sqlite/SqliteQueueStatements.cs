using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>The queue's statements in SQLite's words. The write gate and BEGIN IMMEDIATE make each of them atomic.</summary>
public sealed class SqliteQueueStatements : IQueueStatements
{
    /// <inheritdoc />
    public async Task<long?> ClaimHeadAsync(StudioDbContext db, ClaimHead claim, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(claim);
        if (claim.LaneIds.Count + claim.PersonalLaneIds.Count == 0)
        {
            return null;
        }

        var connection = (SqliteConnection)db.Database.GetDbConnection();
        await using var command = connection.CreateCommand();
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = ClaimSql(claim);
        command.Parameters.AddWithValue("@reviewer", claim.ReviewerId);
        command.Parameters.AddWithValue("@now", claim.Now);
        command.Parameters.AddWithValue("@until", claim.LeasedUntil);
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>
    /// One index seek a lane, the best of the heads, one update. Lane keys are numbers of ours and go in as text: SQLite
    /// has no array parameter, and the text is the same for every claim of a reviewer.
    /// </summary>
    internal static string ClaimSql(ClaimHead claim)
    {
        var heads = new StringBuilder();
        AppendHeads(heads, claim.PersonalLaneIds, tier: 0);
        AppendHeads(heads, claim.LaneIds, tier: 1);
        return $"""
            UPDATE "ReviewTask" SET "State" = 1, "ReviewerId" = @reviewer, "ClaimedAt" = @now, "LeasedUntil" = @until,
                "FencingToken" = "FencingToken" + 1,
                ("ClaimedHeadId", "ClaimedProbabilities") =
                    (SELECT c."HeadId", c."Probabilities" FROM "ReviewCase" c WHERE c."Id" = "ReviewTask"."CaseId")
            WHERE "Id" = (SELECT "Id" FROM ({heads}) ORDER BY "Tier", "Rank", "Id" LIMIT 1)
            RETURNING "Id"
            """;
    }

    private static void AppendHeads(StringBuilder heads, IReadOnlyList<long> laneIds, int tier)
    {
        foreach (var lane in laneIds)
        {
            if (heads.Length > 0)
            {
                heads.Append("\nUNION ALL ");
            }

            heads.Append(CultureInfo.InvariantCulture, $"""
                SELECT * FROM (SELECT {tier} AS "Tier", t."Rank", t."Id" FROM "ReviewTask" t
                WHERE t."State" = 0 AND t."LaneId" = {lane}
                  AND NOT EXISTS (SELECT 1 FROM "ReviewTask" o WHERE o."ReviewerId" = @reviewer AND o."CaseId" = t."CaseId")
                  AND NOT EXISTS (SELECT 1 FROM "TaskSkip" s WHERE s."CaseId" = t."CaseId" AND s."ReviewerId" = @reviewer)
                ORDER BY t."Rank", t."Id" LIMIT 1)
                """);
        }
    }

    /// <inheritdoc />
    public async Task ApplyScoresAsync(
        StudioDbContext db, IReadOnlyList<CaseScore> scores, IReadOnlyList<TaskRank> ranks, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(ranks);
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();

        await using (var command = connection.CreateCommand())
        {
            command.Transaction = transaction;
            command.CommandText = """
                UPDATE "ReviewCase" SET "HeadId" = @head, "Probabilities" = @probabilities, "Uncertainty" = @uncertainty, "Severity" = @severity
                WHERE "Id" = @id
                """;
            var head = command.Parameters.Add("@head", SqliteType.Integer);
            var probabilities = command.Parameters.Add("@probabilities", SqliteType.Blob);
            var uncertainty = command.Parameters.Add("@uncertainty", SqliteType.Real);
            var severity = command.Parameters.Add("@severity", SqliteType.Real);
            var id = command.Parameters.Add("@id", SqliteType.Integer);
            foreach (var score in scores)
            {
                head.Value = score.HeadId;
                probabilities.Value = score.Probabilities;
                uncertainty.Value = score.Uncertainty;
                severity.Value = score.Severity;
                id.Value = score.CaseId;
                command.ExecuteNonQuery();
            }
        }

        await using (var command = connection.CreateCommand())
        {
            command.Transaction = transaction;
            command.CommandText = """UPDATE "ReviewTask" SET "Rank" = @rank WHERE "Id" = @id AND "State" IN (0, 1)""";
            var rank = command.Parameters.Add("@rank", SqliteType.Real);
            var id = command.Parameters.Add("@id", SqliteType.Integer);
            foreach (var row in ranks)
            {
                rank.Value = row.Rank;
                id.Value = row.TaskId;
                command.ExecuteNonQuery();
            }
        }

        cancellation.ThrowIfCancellationRequested();
    }
}
