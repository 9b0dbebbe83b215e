using ReviewStudio.Core.Review;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>The statements of verdicts in T-SQL.</summary>
public sealed class SqlServerReviewStatements : IReviewStatements
{
    /// <inheritdoc />
    public string HoldCase(string taskColumns, string caseColumns) => $"""
        SELECT {taskColumns}, {caseColumns} FROM [ReviewTask] AS t WITH (UPDLOCK, ROWLOCK) INNER JOIN [ReviewCase] AS c WITH (UPDLOCK, ROWLOCK) ON c.[Id] = t.[CaseId]
        WHERE t.[Id] = @task;

        DECLARE @labels nvarchar(255) = (SELECT CONCAT(N'labels:', c.[PolicyId]) FROM [ReviewTask] AS t INNER JOIN [ReviewCase] AS c ON c.[Id] = t.[CaseId] WHERE t.[Id] = @task);
        DECLARE @given int = 0;
        IF @labels IS NOT NULL EXEC @given = sp_getapplock @Resource = @labels, @LockMode = 'Shared', @LockOwner = 'Transaction', @LockTimeout = -1;
        IF @given < 0 THROW 50000, 'The lock was not given.', 1;

        SELECT q.[ConcurrencyStamp],
            (SELECT TOP (1) p.[Id] FROM [PolicyVersion] AS p WHERE p.[PolicyId] = c.[PolicyId] AND p.[State] = @published ORDER BY p.[Number] DESC),
            (SELECT v.[Id] FROM [Verdict] AS v WHERE v.[PublicId] = @verdict),
            CASE WHEN EXISTS (SELECT 1 FROM [Draft] AS d WHERE d.[TaskId] = @task AND d.[ReviewerId] = @reviewer) THEN 1 ELSE 0 END,
            CAST(NULL AS bigint),
            (SELECT i.[InfluencesJson] FROM [CaseInfluence] AS i WHERE i.[CaseId] = t.[CaseId] AND i.[HeadId] = t.[ClaimedHeadId])
        FROM [ReviewTask] AS t INNER JOIN [ReviewCase] AS c ON c.[Id] = t.[CaseId] INNER JOIN [ReviewQueue] AS q ON q.[Id] = c.[QueueId]
        WHERE t.[Id] = @task;

        SELECT v.[Id], v.[TaskId], v.[SupersedesId], v.[LabelKey], v.[ReviewerId], v.[Purpose], v.[PolicyVersionId]
        FROM [Verdict] AS v WHERE v.[CaseId] = (SELECT [CaseId] FROM [ReviewTask] WHERE [Id] = @task) ORDER BY v.[Id];

        SELECT o.[Id], o.[Purpose], o.[State]
        FROM [ReviewTask] AS o WHERE o.[CaseId] = (SELECT [CaseId] FROM [ReviewTask] WHERE [Id] = @task) ORDER BY o.[Id];
        """;
}
