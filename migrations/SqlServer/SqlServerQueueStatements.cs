using System.Data;
using System.Globalization;
using System.Text;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>The queue's statements in T-SQL. READPAST steps over heads that another claim is just taking.</summary>
public sealed partial class SqlServerQueueStatements : IQueueStatements
{
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
        await using var command = Command(db, ClaimSql(claim));
        command.Parameters.AddWithValue("@reviewer", claim.ReviewerId);

        // Left to itself the driver sends a time rounded to three milliseconds.
        command.Parameters.Add("@now", SqlDbType.DateTime2).Value = claim.Now;
        command.Parameters.Add("@until", SqlDbType.DateTime2).Value = claim.LeasedUntil;
        command.Parameters.AddWithValue("@lanes", claim.Known.Lanes);
        command.Parameters.AddWithValue("@person", claim.Known.Reviewer);
        for (var i = 0; i < claim.Known.Queues.Count; i++)
        {
            command.Parameters.AddWithValue(FormattableString.Invariant($"@queue{i}"), claim.Known.Queues[i]);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new ClaimedHead(reader.GetInt64(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetInt64(3), (TaskPurpose)reader.GetInt32(4), reader.GetInt64(5))
            : null;
    }

    internal static string ClaimSql(ClaimHead claim)
    {
        var heads = new StringBuilder();
        AppendHeads(heads, claim.PersonalLaneIds, tier: 0);
        AppendHeads(heads, claim.LaneIds, tier: 1);
        return $"""
            UPDATE [ReviewTask] SET [State] = 1, [ReviewerId] = @reviewer, [ClaimedAt] = @now, [LeasedUntil] = @until,
                [FencingToken] = [FencingToken] + 1,
                [ClaimedHeadId] = (SELECT c.[HeadId] FROM [ReviewCase] AS c WHERE c.[Id] = [ReviewTask].[CaseId]),
                [ClaimedProbabilities] = (SELECT c.[Probabilities] FROM [ReviewCase] AS c WHERE c.[Id] = [ReviewTask].[CaseId])
            OUTPUT inserted.[Id], inserted.[PublicId], inserted.[CaseId], inserted.[LaneId], inserted.[Purpose], inserted.[FencingToken]
            WHERE [State] = 0 AND [Id] IN (SELECT TOP (1) [Id] FROM ({heads}) AS h ORDER BY [Tier], [Rank], [Id])
                AND (SELECT COUNT_BIG(*) FROM [Lane]) = @lanes
                AND NOT EXISTS (SELECT 1 FROM [ReviewQueue] AS q WHERE q.[ConcurrencyStamp] NOT IN ({string.Join(", ", claim.Known.Queues.Select((_, i) => $"@queue{i}"))}))
                AND (SELECT COALESCE(u.[ConcurrencyStamp], N'') FROM [AspNetUsers] AS u WHERE u.[Id] = @reviewer) = @person;
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
                SELECT * FROM (SELECT TOP (1) {tier} AS [Tier], t.[Rank], t.[Id]
                FROM [ReviewTask] AS t WITH (READPAST, UPDLOCK, ROWLOCK, READCOMMITTEDLOCK)
                WHERE t.[State] = 0 AND t.[LaneId] = {lane}
                  AND NOT EXISTS (SELECT 1 FROM [ReviewTask] AS o WHERE o.[ReviewerId] = @reviewer AND o.[CaseId] = t.[CaseId])
                  AND NOT EXISTS (SELECT 1 FROM [TaskSkip] AS s WHERE s.[CaseId] = t.[CaseId] AND s.[ReviewerId] = @reviewer)
                ORDER BY t.[Rank], t.[Id]) AS l{lane}
                """);
        }
    }

    private static SqlCommand Command(StudioDbContext db, string sql) =>
        new(sql, (SqlConnection)db.Database.GetDbConnection(), Transaction(db));

    private static SqlTransaction? Transaction(StudioDbContext db) =>
        (SqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
}
