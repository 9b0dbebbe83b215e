using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>The queue's statements in SQLite's words. The write gate and BEGIN IMMEDIATE make each of them atomic.</summary>
public sealed partial class SqliteQueueStatements : IQueueStatements
{
    /// <inheritdoc />
    public Task<ClaimedHead?> ClaimHeadAsync(StudioDbContext db, ClaimHead claim, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(claim);
        if (claim.LaneIds.Count + claim.PersonalLaneIds.Count == 0)
        {
            return Task.FromResult<ClaimedHead?>(null);
        }

        cancellation.ThrowIfCancellationRequested();
        var command = SqliteCommands.Of(db, ClaimSql(claim));
        AddParameters(command, claim);
        using var reader = command.ExecuteReader();
        return Task.FromResult(reader.Read()
            ? new ClaimedHead(reader.GetInt64(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetInt64(3), (TaskPurpose)reader.GetInt32(4), reader.GetInt64(5))
            : null);
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
            WHERE "Id" = CASE WHEN (SELECT count(*) FROM "Lane") = @lanes
                AND NOT EXISTS (SELECT 1 FROM "ReviewQueue" q WHERE q."ConcurrencyStamp" NOT IN ({string.Join(", ", claim.Known.Queues.Select((_, i) => $"@queue{i}"))}))
                AND (SELECT COALESCE(u."ConcurrencyStamp", '') FROM "AspNetUsers" u WHERE u."Id" = @reviewer) = @person
            THEN (SELECT "Id" FROM ({heads}) ORDER BY "Tier", "Rank", "Id" LIMIT 1) END
            RETURNING "Id", "PublicId", "CaseId", "LaneId", "Purpose", "FencingToken"
            """;
    }

    internal static void AddParameters(SqliteCommand command, ClaimHead claim)
    {
        command.Parameters.Clear();
        command.Parameters.AddWithValue("@reviewer", claim.ReviewerId);
        command.Parameters.AddWithValue("@now", claim.Now);
        command.Parameters.AddWithValue("@until", claim.LeasedUntil);
        command.Parameters.AddWithValue("@lanes", claim.Known.Lanes);
        command.Parameters.AddWithValue("@person", claim.Known.Reviewer);
        for (var i = 0; i < claim.Known.Queues.Count; i++)
        {
            command.Parameters.AddWithValue(FormattableString.Invariant($"@queue{i}"), claim.Known.Queues[i]);
        }
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
}
