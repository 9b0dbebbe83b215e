using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using IDatabaseProvider = ReviewStudio.Core.Storage.IDatabaseProvider;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>The queue's statements in PostgreSQL's words. SKIP LOCKED steps over heads that another claim is just taking.</summary>
public sealed partial class PostgreSqlQueueStatements : IQueueStatements
{
    /// <summary>How many tasks at the head of a lane may be in others' hands at one moment before the lane looks empty.</summary>
    private const int MostClaimsAtOnce = 256;

    /// <summary>The rank of the first pending task of each lane that has one, whoever may take it.</summary>
    internal const string FloorSql = """
        SELECT l, h."Rank" FROM unnest($1) AS l CROSS JOIN LATERAL
            (SELECT p."Rank" FROM "ReviewTask" AS p WHERE p."State" = 0 AND p."LaneId" = l ORDER BY p."Rank", p."Id" LIMIT 1) AS h
        """;

    /// <inheritdoc />
    public async Task<ClaimedHead?> ClaimHeadAsync(StudioDbContext db, ClaimHead claim, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(claim);
        if (claim.LaneIds.Count + claim.PersonalLaneIds.Count == 0)
        {
            return null;
        }

        await db.Database.OpenConnectionAsync(cancellation);
        var engine = (PostgreSqlProvider)db.GetService<IDatabaseProvider>();
        double[] floors = [.. claim.PersonalLaneIds.Concat(claim.LaneIds).Select(engine.Floors.Of)];
        var claimed = await ClaimAsync(db, claim, floors, cancellation);
        if (claimed is null && floors.Any(f => f > double.NegativeInfinity))
        {
            claimed = await ClaimAsync(db, claim, [.. floors.Select(_ => double.NegativeInfinity)], cancellation);
        }

        engine.RefreshFloors(claim.PersonalLaneIds.Concat(claim.LaneIds));
        return claimed;
    }

    private static async Task<ClaimedHead?> ClaimAsync(StudioDbContext db, ClaimHead claim, double[] floors, CancellationToken cancellation)
    {
        await using var command = Command(db, ClaimSql(claim));
        AddParameters(command, claim, floors);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new ClaimedHead(reader.GetInt64(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetInt64(3), (TaskPurpose)reader.GetInt32(4), reader.GetInt64(5))
            : null;
    }

    /// <summary>
    /// The lanes' index ranges are merged lazily in rank order, and the first row that nobody else holds is locked: one
    /// row, so that a claim under way hides no other task. The shared lanes are read only where the personal ones hold
    /// nothing, and nothing is read where the lanes are no longer those that are known. Lane keys are numbers of ours and go
    /// in as text, so that each has its own index range in the plan. Its commit does not wait for the disk: a claim that a
    /// power cut takes back is refused at its verdict, and until then nobody was promised anything by it.
    /// </summary>
    internal static string ClaimSql(ClaimHead claim)
    {
        var heads = new[] { (Lanes: claim.PersonalLaneIds, First: 7), (Lanes: claim.LaneIds, First: 7 + claim.PersonalLaneIds.Count) }
            .Where(h => h.Lanes.Count > 0).Select(h => HeadSql(h.Lanes, h.First));
        return $"""
            UPDATE "ReviewTask" AS r SET "State" = 1, "ReviewerId" = $1, "ClaimedAt" = $2, "LeasedUntil" = $3,
                "FencingToken" = r."FencingToken" + 1,
                ("ClaimedHeadId", "ClaimedProbabilities") =
                    (SELECT c."HeadId", c."Probabilities" FROM "ReviewCase" AS c WHERE c."Id" = r."CaseId")
            WHERE r."Id" = CASE WHEN (SELECT set_config('synchronous_commit', 'off', true)) = 'off' AND (SELECT count(*) FROM "Lane") = $4
                AND NOT EXISTS (SELECT 1 FROM "ReviewQueue" AS q WHERE q."ConcurrencyStamp" <> ALL ($5))
                AND (SELECT COALESCE(u."ConcurrencyStamp", '') FROM "AspNetUsers" AS u WHERE u."Id" = $1) = $6
            THEN COALESCE({string.Join(",\n", heads)}) END
            RETURNING r."Id", r."PublicId", r."CaseId", r."LaneId", r."Purpose", r."FencingToken"
            """;
    }

    internal static void AddParameters(NpgsqlCommand command, ClaimHead claim, double[] floors)
    {
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = claim.ReviewerId });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = claim.Now });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = claim.LeasedUntil });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = claim.Known.Lanes });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. claim.Known.Queues] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = claim.Known.Reviewer });
        foreach (var floor in floors)
        {
            command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = floor });
        }
    }

    /// <summary>
    /// The planner is led to walk the index: the limit says that few rows of a lane are wanted; OFFSET 0 keeps the two
    /// conditions a look-up for each row, where a join could read the reviewer's whole past first; and the lock stands
    /// behind LATERAL, so that rows are tried one by one. Each lane's range begins at its floor.
    /// </summary>
    /// <param name="floor">The place of the first lane's floor among the parameters.</param>
    private static string HeadSql(IReadOnlyList<long> laneIds, int floor)
    {
        var lanes = new StringBuilder();
        foreach (var lane in laneIds)
        {
            lanes.Append(lanes.Length == 0 ? "" : "\nUNION ALL ").Append(CultureInfo.InvariantCulture, $"""
                (SELECT p."Id", p."Rank" FROM "ReviewTask" AS p WHERE p."State" = 0 AND p."LaneId" = {lane} AND p."Rank" >= ${floor++}
                  AND NOT EXISTS (SELECT 1 FROM "ReviewTask" AS o WHERE o."ReviewerId" = $1 AND o."CaseId" = p."CaseId" OFFSET 0)
                  AND NOT EXISTS (SELECT 1 FROM "TaskSkip" AS s WHERE s."CaseId" = p."CaseId" AND s."ReviewerId" = $1 OFFSET 0)
                ORDER BY p."Rank", p."Id" LIMIT {MostClaimsAtOnce})
                """);
        }

        return $"""
            (SELECT l."Id" FROM ({lanes}) AS h CROSS JOIN LATERAL
                (SELECT t."Id" FROM "ReviewTask" AS t WHERE t."Id" = h."Id" AND t."State" = 0 FOR UPDATE SKIP LOCKED) AS l
            ORDER BY h."Rank", h."Id" LIMIT 1)
            """;
    }

    private static NpgsqlCommand Command(StudioDbContext db, string sql) =>
        new(sql, (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction());
}
