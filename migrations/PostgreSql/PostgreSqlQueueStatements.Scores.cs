using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using NpgsqlTypes;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using IDatabaseProvider = ReviewStudio.Core.Storage.IDatabaseProvider;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>Scores and ranks in bulk: arrays go in as parameters and are joined by key.</summary>
public sealed partial class PostgreSqlQueueStatements
{
    /// <summary>Into so many shares a page is dealt out.</summary>
    private const int Dealt = 8;

    /// <inheritdoc />
    /// <remarks>A claim steps over locked tasks, and looks no further than <see cref="MostClaimsAtOnce"/> of a lane.</remarks>
    public int RankedAtOnce => MostClaimsAtOnce / 2;

    /// <inheritdoc />
    /// <remarks>Dealt out like cards: neighbours lie in one page of the table, and each that is written finds the room that the one before it has left.</remarks>
    public IEnumerable<IReadOnlyList<CaseScore>> Shares(IReadOnlyList<CaseScore> scores) =>
        Enumerable.Range(0, Dealt).Select(share => scores.Where((_, i) => i % Dealt == share).ToList()).Where(share => share.Count > 0);

    /// <inheritdoc />
    public async Task ApplyScoresAsync(StudioDbContext db, IReadOnlyList<CaseScore> scores, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count == 0)
        {
            return;
        }

        // In the order of keys: two batches that overlap then wait for each other instead of blocking each other. Locking all of
        // them first would make sure of it, and write each row twice; who has to give way is done again.
        scores = [.. scores.OrderBy(s => s.CaseId)];
        await using var command = Command(db, """
            UPDATE "ReviewCase" AS c SET "HeadId" = s."HeadId", "Probabilities" = s."Probabilities",
                "Uncertainty" = s."Uncertainty", "Severity" = s."Severity", "UnscoredSince" = NULL
            FROM unnest(@ids, @heads, @probabilities, @uncertainties, @severities) AS s ("CaseId", "HeadId", "Probabilities", "Uncertainty", "Severity")
            WHERE c."Id" = s."CaseId"
            """);
        Add(command, "ids", NpgsqlDbType.Bigint, scores.Select(s => s.CaseId));
        Add(command, "heads", NpgsqlDbType.Bigint, scores.Select(s => s.HeadId));
        Add(command, "probabilities", NpgsqlDbType.Bytea, scores.Select(s => s.Probabilities));
        Add(command, "uncertainties", NpgsqlDbType.Double, scores.Select(s => s.Uncertainty));
        Add(command, "severities", NpgsqlDbType.Double, scores.Select(s => s.Severity));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc />
    public async Task<int> ApplyRanksAsync(StudioDbContext db, IReadOnlyList<CaseRank> ranks, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(ranks);
        if (ranks.Count == 0)
        {
            return 0;
        }

        ((PostgreSqlProvider)db.GetService<IDatabaseProvider>()).NoteTaskChange(db, ranks.Min(r => Math.Min(r.Rank, Math.Min(r.AuditRank, r.OtherRank))));

        // OFFSET 0 keeps the look-up of a case's tasks one by the index, whatever the planner knows of the tables.
        await using var command = Command(db, """
            WITH held AS MATERIALIZED (
                SELECT t."Id", t."Wanted" FROM unnest(@cases, @ranks, @audits, @others) AS n ("CaseId", "Rank", "AuditRank", "OtherRank") CROSS JOIN LATERAL
                    (SELECT t."Id", CASE t."Purpose" WHEN 0 THEN n."Rank" WHEN 3 THEN n."AuditRank" ELSE n."OtherRank" END AS "Wanted" FROM "ReviewTask" AS t
                     WHERE t."CaseId" = n."CaseId" AND t."State" IN (0, 1)
                       AND t."Rank" <> CASE t."Purpose" WHEN 0 THEN n."Rank" WHEN 3 THEN n."AuditRank" ELSE n."OtherRank" END OFFSET 0) AS t
                ORDER BY t."Id")
            UPDATE "ReviewTask" AS t SET "Rank" = held."Wanted" FROM held WHERE t."Id" = held."Id" AND t."State" IN (0, 1)
            """);
        Add(command, "cases", NpgsqlDbType.Bigint, ranks.Select(r => r.CaseId));
        Add(command, "ranks", NpgsqlDbType.Double, ranks.Select(r => r.Rank));
        Add(command, "audits", NpgsqlDbType.Double, ranks.Select(r => r.AuditRank));
        Add(command, "others", NpgsqlDbType.Double, ranks.Select(r => r.OtherRank));
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void Add<T>(NpgsqlCommand command, string name, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = values.ToArray() });
}
