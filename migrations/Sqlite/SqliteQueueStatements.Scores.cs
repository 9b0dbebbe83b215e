using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>Scores and ranks in bulk: a statement run for row after row.</summary>
public sealed partial class SqliteQueueStatements
{
    private const int ScoredAtOnce = 100;

    /// <inheritdoc />
    /// <remarks>One writer at a time: a claim waits for the commit before it, two or three pages a row.</remarks>
    public int RankedAtOnce => 24;

    /// <inheritdoc />
    public IEnumerable<IReadOnlyList<CaseScore>> Shares(IReadOnlyList<CaseScore> scores) => scores.Chunk(ScoredAtOnce);

    /// <inheritdoc />
    public Task ApplyScoresAsync(StudioDbContext db, IReadOnlyList<CaseScore> scores, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(scores);
        var statement = SqliteRowStatement.Of(db, """
            UPDATE "ReviewCase" SET "HeadId" = ?1, "Probabilities" = ?2, "Uncertainty" = ?3, "Severity" = ?4, "UnscoredSince" = NULL WHERE "Id" = ?5
            """);
        foreach (var score in scores)
        {
            cancellation.ThrowIfCancellationRequested();
            statement.Bind(1, score.HeadId);
            statement.Bind(2, score.Probabilities);
            statement.Bind(3, score.Uncertainty);
            statement.Bind(4, score.Severity);
            statement.Bind(5, score.CaseId);
            statement.Run();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<int> ApplyRanksAsync(StudioDbContext db, IReadOnlyList<CaseRank> ranks, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(ranks);
        var statement = SqliteRowStatement.Of(db, """
            UPDATE "ReviewTask" SET "Rank" = CASE "Purpose" WHEN 0 THEN ?1 WHEN 3 THEN ?2 ELSE ?3 END
            WHERE "CaseId" = ?4 AND "State" IN (0, 1) AND "Rank" <> CASE "Purpose" WHEN 0 THEN ?1 WHEN 3 THEN ?2 ELSE ?3 END
            """);
        var moved = 0;
        foreach (var row in ranks)
        {
            cancellation.ThrowIfCancellationRequested();
            statement.Bind(1, row.Rank);
            statement.Bind(2, row.AuditRank);
            statement.Bind(3, row.OtherRank);
            statement.Bind(4, row.CaseId);
            moved += statement.Run();
        }

        return Task.FromResult(moved);
    }
}
