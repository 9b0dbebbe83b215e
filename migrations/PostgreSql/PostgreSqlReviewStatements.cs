using ReviewStudio.Core.Review;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>The statements of verdicts in PostgreSQL's words.</summary>
public sealed class PostgreSqlReviewStatements : IReviewStatements
{
    /// <summary>
    /// The first statement waits for others who hold the case; each later one then sees what they left, as every statement
    /// of a transaction looks anew. NO KEY: rows that refer to these may still be added beside it.
    /// </summary>
    public string HoldCase(string taskColumns, string caseColumns) => $"""
        SELECT {taskColumns}, {caseColumns} FROM "ReviewTask" AS t INNER JOIN "ReviewCase" AS c ON c."Id" = t."CaseId"
        WHERE t."Id" = @task FOR NO KEY UPDATE;

        SELECT q."ConcurrencyStamp",
            (SELECT p."Id" FROM "PolicyVersion" AS p WHERE p."PolicyId" = c."PolicyId" AND p."State" = @published ORDER BY p."Number" DESC LIMIT 1),
            (SELECT v."Id" FROM "Verdict" AS v WHERE v."PublicId" = @verdict),
            EXISTS (SELECT 1 FROM "Draft" AS d WHERE d."TaskId" = @task AND d."ReviewerId" = @reviewer),
            nextval('"Verdict_Id_seq"'),
            (SELECT i."InfluencesJson" FROM "CaseInfluence" AS i WHERE i."CaseId" = t."CaseId" AND i."HeadId" = t."ClaimedHeadId"),
            pg_advisory_xact_lock_shared(hashtextextended('labels:' || c."PolicyId", 0))
        FROM "ReviewTask" AS t INNER JOIN "ReviewCase" AS c ON c."Id" = t."CaseId" INNER JOIN "ReviewQueue" AS q ON q."Id" = c."QueueId"
        WHERE t."Id" = @task;

        SELECT v."Id", v."TaskId", v."SupersedesId", v."LabelKey", v."ReviewerId", v."Purpose", v."PolicyVersionId"
        FROM "Verdict" AS v WHERE v."CaseId" = (SELECT "CaseId" FROM "ReviewTask" WHERE "Id" = @task) ORDER BY v."Id";

        SELECT o."Id", o."Purpose", o."State"
        FROM "ReviewTask" AS o WHERE o."CaseId" = (SELECT "CaseId" FROM "ReviewTask" WHERE "Id" = @task) ORDER BY o."Id"
        """;
}
