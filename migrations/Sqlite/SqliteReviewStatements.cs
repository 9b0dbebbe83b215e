using ReviewStudio.Core.Review;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>The statements of verdicts in SQLite's words. The one writer holds everything as it is.</summary>
public sealed class SqliteReviewStatements : IReviewStatements
{
    /// <inheritdoc />
    public string HoldCase(string taskColumns, string caseColumns) => $"""
        SELECT {taskColumns}, {caseColumns} FROM "ReviewTask" t INNER JOIN "ReviewCase" c ON c."Id" = t."CaseId" WHERE t."Id" = @task;

        SELECT q."ConcurrencyStamp",
            (SELECT p."Id" FROM "PolicyVersion" p WHERE p."PolicyId" = c."PolicyId" AND p."State" = @published ORDER BY p."Number" DESC LIMIT 1),
            (SELECT v."Id" FROM "Verdict" v WHERE v."PublicId" = @verdict),
            EXISTS (SELECT 1 FROM "Draft" d WHERE d."TaskId" = @task AND d."ReviewerId" = @reviewer),
            COALESCE((SELECT s."seq" FROM "sqlite_sequence" s WHERE s."name" = 'Verdict'), 0) + 1,
            (SELECT i."InfluencesJson" FROM "CaseInfluence" i WHERE i."CaseId" = t."CaseId" AND i."HeadId" = t."ClaimedHeadId")
        FROM "ReviewTask" t INNER JOIN "ReviewCase" c ON c."Id" = t."CaseId" INNER JOIN "ReviewQueue" q ON q."Id" = c."QueueId"
        WHERE t."Id" = @task;

        SELECT v."Id", v."TaskId", v."SupersedesId", v."LabelKey", v."ReviewerId", v."Purpose", v."PolicyVersionId"
        FROM "Verdict" v WHERE v."CaseId" = (SELECT "CaseId" FROM "ReviewTask" WHERE "Id" = @task) ORDER BY v."Id";

        SELECT o."Id", o."Purpose", o."State"
        FROM "ReviewTask" o WHERE o."CaseId" = (SELECT "CaseId" FROM "ReviewTask" WHERE "Id" = @task) ORDER BY o."Id"
        """;
}
