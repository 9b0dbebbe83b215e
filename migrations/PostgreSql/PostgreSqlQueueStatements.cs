using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>The queue's statements in PostgreSQL's words. SKIP LOCKED steps over heads that another claim is just taking.</summary>
public sealed class PostgreSqlQueueStatements : IQueueStatements
{
    /// <summary>How many tasks at the head of a lane may be in others' hands at one moment before the lane looks empty.</summary>
    private const int MostClaimsAtOnce = 256;

    /// <inheritdoc />
    public async Task<long?> ClaimHeadAsync(StudioDbContext db, ClaimHead claim, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(claim);
        if (claim.LaneIds.Count + claim.PersonalLaneIds.Count == 0)
        {
            return null;
        }

        await using var command = Command(db, ClaimSql(claim));
        command.Parameters.AddWithValue("reviewer", claim.ReviewerId);
        command.Parameters.AddWithValue("now", claim.Now);
        command.Parameters.AddWithValue("until", claim.LeasedUntil);
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>
    /// The lanes' index ranges are merged lazily in rank order, and the first row that nobody else holds is locked: one
    /// row, so that a claim under way hides no other task. The shared lanes are read only where the personal ones hold
    /// nothing. Lane keys are numbers of ours and go in as text, so that each has its own index range in the plan.
    /// </summary>
    internal static string ClaimSql(ClaimHead claim)
    {
        var heads = new[] { claim.PersonalLaneIds, claim.LaneIds }.Where(lanes => lanes.Count > 0).Select(HeadSql);
        return $"""
            UPDATE "ReviewTask" AS r SET "State" = 1, "ReviewerId" = @reviewer, "ClaimedAt" = @now, "LeasedUntil" = @until,
                "FencingToken" = r."FencingToken" + 1,
                ("ClaimedHeadId", "ClaimedProbabilities") =
                    (SELECT c."HeadId", c."Probabilities" FROM "ReviewCase" AS c WHERE c."Id" = r."CaseId")
            WHERE r."Id" = COALESCE({string.Join(",\n", heads)})
            RETURNING r."Id"
            """;
    }

    /// <summary>
    /// The planner is led to walk the index: the limit says that few rows of a lane are wanted; OFFSET 0 keeps the two
    /// conditions a look-up for each row, where a join could read the reviewer's whole past first; and the lock stands
    /// behind LATERAL, so that rows are tried one by one.
    /// </summary>
    private static string HeadSql(IReadOnlyList<long> laneIds)
    {
        var lanes = new StringBuilder();
        foreach (var lane in laneIds)
        {
            lanes.Append(lanes.Length == 0 ? "" : "\nUNION ALL ").Append(CultureInfo.InvariantCulture, $"""
                (SELECT p."Id", p."Rank" FROM "ReviewTask" AS p WHERE p."State" = 0 AND p."LaneId" = {lane}
                  AND NOT EXISTS (SELECT 1 FROM "ReviewTask" AS o WHERE o."ReviewerId" = @reviewer AND o."CaseId" = p."CaseId" OFFSET 0)
                  AND NOT EXISTS (SELECT 1 FROM "TaskSkip" AS s WHERE s."CaseId" = p."CaseId" AND s."ReviewerId" = @reviewer OFFSET 0)
                ORDER BY p."Rank", p."Id" LIMIT {MostClaimsAtOnce})
                """);
        }

        return $"""
            (SELECT l."Id" FROM ({lanes}) AS h CROSS JOIN LATERAL
                (SELECT t."Id" FROM "ReviewTask" AS t WHERE t."Id" = h."Id" AND t."State" = 0 FOR UPDATE SKIP LOCKED) AS l
            ORDER BY h."Rank", h."Id" LIMIT 1)
            """;
    }

    /// <inheritdoc />
    public async Task ApplyScoresAsync(
        StudioDbContext db, IReadOnlyList<CaseScore> scores, IReadOnlyList<TaskRank> ranks, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(ranks);
        if (scores.Count > 0)
        {
            // Ordered by key: two batches that overlap then wait for each other instead of blocking each other.
            await using var command = Command(db, """
                WITH s AS (SELECT * FROM unnest(@ids, @heads, @probabilities, @uncertainties, @severities)
                    AS s ("CaseId", "HeadId", "Probabilities", "Uncertainty", "Severity")),
                held AS MATERIALIZED (SELECT c."Id" FROM "ReviewCase" AS c INNER JOIN s ON s."CaseId" = c."Id" ORDER BY c."Id" FOR NO KEY UPDATE OF c)
                UPDATE "ReviewCase" AS c SET "HeadId" = s."HeadId", "Probabilities" = s."Probabilities",
                    "Uncertainty" = s."Uncertainty", "Severity" = s."Severity"
                FROM s INNER JOIN held ON held."Id" = s."CaseId" WHERE c."Id" = s."CaseId"
                """);
            Add(command, "ids", NpgsqlDbType.Bigint, scores.Select(s => s.CaseId));
            Add(command, "heads", NpgsqlDbType.Bigint, scores.Select(s => s.HeadId));
            Add(command, "probabilities", NpgsqlDbType.Bytea, scores.Select(s => s.Probabilities));
            Add(command, "uncertainties", NpgsqlDbType.Double, scores.Select(s => s.Uncertainty));
            Add(command, "severities", NpgsqlDbType.Double, scores.Select(s => s.Severity));
            await command.ExecuteNonQueryAsync(cancellation);
        }

        if (ranks.Count > 0)
        {
            await using var command = Command(db, """
                WITH n AS (SELECT * FROM unnest(@ids, @ranks) AS n ("TaskId", "Rank")),
                held AS MATERIALIZED (SELECT t."Id" FROM "ReviewTask" AS t INNER JOIN n ON n."TaskId" = t."Id"
                    WHERE t."State" IN (0, 1) ORDER BY t."Id" FOR NO KEY UPDATE OF t)
                UPDATE "ReviewTask" AS t SET "Rank" = n."Rank" FROM n INNER JOIN held ON held."Id" = n."TaskId" WHERE t."Id" = n."TaskId"
                """);
            Add(command, "ids", NpgsqlDbType.Bigint, ranks.Select(r => r.TaskId));
            Add(command, "ranks", NpgsqlDbType.Double, ranks.Select(r => r.Rank));
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static void Add<T>(NpgsqlCommand command, string name, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = values.ToArray() });

    private static NpgsqlCommand Command(StudioDbContext db, string sql) =>
        new(sql, (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction());
}
