using System.Data;
using System.Globalization;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>Scores and ranks in bulk: copied into a table of the session's own and joined by key.</summary>
public sealed partial class SqlServerQueueStatements
{
    internal const string CreateScores =
        "CREATE TABLE #Scores ([CaseId] bigint PRIMARY KEY, [HeadId] bigint, [Probabilities] varbinary(max), [Uncertainty] float, [Severity] float);";

    /// <summary>Rows are locked one by one, never a page or the table: reviewers' statements step over single rows only.</summary>
    internal const string ApplyScoresSql = """
        UPDATE c SET [HeadId] = s.[HeadId], [Probabilities] = s.[Probabilities], [Uncertainty] = s.[Uncertainty], [Severity] = s.[Severity],
            [UnscoredSince] = NULL
        FROM [ReviewCase] AS c WITH (ROWLOCK) INNER JOIN #Scores AS s ON s.[CaseId] = c.[Id];
        DROP TABLE #Scores;
        """;

    internal const string CreateRanks = "CREATE TABLE #Ranks ([CaseId] bigint PRIMARY KEY, [Rank] float, [AuditRank] float, [OtherRank] float);";

    internal const string ApplyRanksSql = """
        UPDATE t SET [Rank] = CASE t.[Purpose] WHEN 0 THEN r.[Rank] WHEN 3 THEN r.[AuditRank] ELSE r.[OtherRank] END
        FROM [ReviewTask] AS t WITH (ROWLOCK) INNER JOIN #Ranks AS r ON r.[CaseId] = t.[CaseId]
        WHERE t.[State] IN (0, 1) AND t.[Rank] <> CASE t.[Purpose] WHEN 0 THEN r.[Rank] WHEN 3 THEN r.[AuditRank] ELSE r.[OtherRank] END;
        DROP TABLE #Ranks;
        """;

    private const int ScoredAtOnce = 500;

    /// <inheritdoc />
    /// <remarks>Far below the 5,000 locks at which the server takes the whole table instead.</remarks>
    public int RankedAtOnce => 250;

    /// <inheritdoc />
    public IEnumerable<IReadOnlyList<CaseScore>> Shares(IReadOnlyList<CaseScore> scores) => scores.Chunk(ScoredAtOnce);

    /// <inheritdoc />
    public Task ApplyScoresAsync(StudioDbContext db, IReadOnlyList<CaseScore> scores, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(scores);
        var table = Table(("CaseId", typeof(long)), ("HeadId", typeof(long)), ("Probabilities", typeof(byte[])), ("Uncertainty", typeof(double)), ("Severity", typeof(double)));
        foreach (var score in scores)
        {
            table.Rows.Add(score.CaseId, score.HeadId, score.Probabilities, score.Uncertainty, score.Severity);
        }

        return BulkAsync(db, "#Scores", CreateScores, table, ApplyScoresSql, cancellation);
    }

    /// <inheritdoc />
    public Task<int> ApplyRanksAsync(StudioDbContext db, IReadOnlyList<CaseRank> ranks, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(ranks);
        var table = Table(("CaseId", typeof(long)), ("Rank", typeof(double)), ("AuditRank", typeof(double)), ("OtherRank", typeof(double)));
        foreach (var rank in ranks)
        {
            table.Rows.Add(rank.CaseId, rank.Rank, rank.AuditRank, rank.OtherRank);
        }

        return BulkAsync(db, "#Ranks", CreateRanks, table, ApplyRanksSql, cancellation);
    }

    private static async Task<int> BulkAsync(StudioDbContext db, string target, string create, DataTable rows, string apply, CancellationToken cancellation)
    {
        using (rows)
        {
            await using (var command = Command(db, create))
            {
                await command.ExecuteNonQueryAsync(cancellation);
            }

            using (var copy = new SqlBulkCopy((SqlConnection)db.Database.GetDbConnection(), SqlBulkCopyOptions.Default, Transaction(db)) { DestinationTableName = target })
            {
                await copy.WriteToServerAsync(rows, cancellation);
            }

            await using (var command = Command(db, apply))
            {
                return await command.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    private static DataTable Table(params (string Name, Type Type)[] columns)
    {
        var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        Array.ForEach(columns, c => table.Columns.Add(c.Name, c.Type));
        return table;
    }
}
