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
public sealed class SqlServerQueueStatements : IQueueStatements
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

        await using var command = Command(db, ClaimSql(claim));
        command.Parameters.AddWithValue("@reviewer", claim.ReviewerId);
        command.Parameters.AddWithValue("@now", claim.Now);
        command.Parameters.AddWithValue("@until", claim.LeasedUntil);
        return (long?)await command.ExecuteScalarAsync(cancellation);
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
            OUTPUT inserted.[Id]
            WHERE [State] = 0 AND [Id] IN (SELECT TOP (1) [Id] FROM ({heads}) AS h ORDER BY [Tier], [Rank], [Id]);
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

    /// <inheritdoc />
    public async Task ApplyScoresAsync(
        StudioDbContext db, IReadOnlyList<CaseScore> scores, IReadOnlyList<TaskRank> ranks, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(ranks);
        await BulkAsync(
            db,
            "#Scores",
            "CREATE TABLE #Scores ([CaseId] bigint PRIMARY KEY, [HeadId] bigint, [Probabilities] varbinary(max), [Uncertainty] float, [Severity] float)",
            ScoreTable(scores),
            """
            UPDATE c SET [HeadId] = s.[HeadId], [Probabilities] = s.[Probabilities], [Uncertainty] = s.[Uncertainty], [Severity] = s.[Severity]
            FROM [ReviewCase] AS c INNER JOIN #Scores AS s ON s.[CaseId] = c.[Id]; DROP TABLE #Scores;
            """,
            cancellation);
        await BulkAsync(
            db,
            "#Ranks",
            "CREATE TABLE #Ranks ([TaskId] bigint PRIMARY KEY, [Rank] float)",
            RankTable(ranks),
            """
            UPDATE t SET [Rank] = r.[Rank] FROM [ReviewTask] AS t INNER JOIN #Ranks AS r ON r.[TaskId] = t.[Id]
            WHERE t.[State] IN (0, 1); DROP TABLE #Ranks;
            """,
            cancellation);
    }

    private static async Task BulkAsync(
        StudioDbContext db, string target, string create, DataTable rows, string apply, CancellationToken cancellation)
    {
        using (rows)
        {
            await using (var command = Command(db, create))
            {
                await command.ExecuteNonQueryAsync(cancellation);
            }

            var connection = (SqlConnection)db.Database.GetDbConnection();
            using (var copy = new SqlBulkCopy(connection, SqlBulkCopyOptions.Default, Transaction(db)) { DestinationTableName = target })
            {
                await copy.WriteToServerAsync(rows, cancellation);
            }

            await using (var command = Command(db, apply))
            {
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    private static DataTable ScoreTable(IReadOnlyList<CaseScore> scores)
    {
        var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        table.Columns.Add("CaseId", typeof(long));
        table.Columns.Add("HeadId", typeof(long));
        table.Columns.Add("Probabilities", typeof(byte[]));
        table.Columns.Add("Uncertainty", typeof(double));
        table.Columns.Add("Severity", typeof(double));
        foreach (var score in scores)
        {
            table.Rows.Add(score.CaseId, score.HeadId, score.Probabilities, score.Uncertainty, score.Severity);
        }

        return table;
    }

    private static DataTable RankTable(IReadOnlyList<TaskRank> ranks)
    {
        var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        table.Columns.Add("TaskId", typeof(long));
        table.Columns.Add("Rank", typeof(double));
        foreach (var rank in ranks)
        {
            table.Rows.Add(rank.TaskId, rank.Rank);
        }

        return table;
    }

    private static SqlCommand Command(StudioDbContext db, string sql) =>
        new(sql, (SqlConnection)db.Database.GetDbConnection(), Transaction(db));

    private static SqlTransaction? Transaction(StudioDbContext db) =>
        (SqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
}
