using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Migrations.Sqlite;
using ReviewStudio.Migrations.SqlServer;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class MigrationTests
{
    public static TheoryData<string> Providers => ["Sqlite", "SqlServer", "PostgreSql"];

    [Theory]
    [MemberData(nameof(Providers))]
    public void Model_has_no_changes_without_a_migration(string provider)
    {
        using var db = Context(provider);

        db.Database.HasPendingModelChanges().ShouldBeFalse("run migrations/add.sh NAME");
    }

    [Fact]
    public void Sql_server_migration_script_parses_as_T_SQL()
    {
        using var db = Context("SqlServer");
        var script = db.GetService<IMigrator>()
            .GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);

        Parse(script).ShouldBeEmpty();
        script.ShouldContain("CREATE TABLE [ReviewTask]");
    }

    [Fact]
    public void Sql_server_claim_parses_as_T_SQL()
    {
        var claim = new ClaimHead([1, 2, 3], [4], 7, DateTime.UnixEpoch, DateTime.UnixEpoch, new LaneStamp(4, [Guid.Empty, Guid.Empty], "stamp"));

        Parse(SqlServerQueueStatements.ClaimSql(claim)).ShouldBeEmpty();
    }

    [Fact]
    public void Sql_server_verdict_parses_as_T_SQL() =>
        Parse(new SqlServerReviewStatements().HoldCase("t.\"Id\", t.\"State\"", "c.\"Id\", c.\"State\"")).ShouldBeEmpty();

    [Fact]
    public void Sql_server_scores_and_ranks_parse_as_T_SQL_and_lock_rows_alone()
    {
        string[] bulk = [SqlServerQueueStatements.ApplyScoresSql, SqlServerQueueStatements.ApplyRanksSql];
        foreach (var script in bulk.Append(SqlServerQueueStatements.CreateScores).Append(SqlServerQueueStatements.CreateRanks))
        {
            Parse(script).ShouldBeEmpty();
        }

        bulk.ShouldAllBe(script => script.Contains("WITH (ROWLOCK)"));
    }

    [Fact]
    public void Sql_server_locks_are_valid_t_sql()
    {
        Parse(SqlServerProvider.LockSql.Replace("{0}", "@p0", StringComparison.Ordinal).Replace("{1}", "@p1", StringComparison.Ordinal)).ShouldBeEmpty();
        Parse(SqlServerProvider.HoldRowSql("[ReviewCase]").Replace("{0}", "@p0", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static IList<ParseError> Parse(string script)
    {
        using var reader = new StringReader(script);
        new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        return errors;
    }

    private static StudioDbContext Context(string provider)
    {
        IDatabaseProvider engine = provider switch
        {
            "Sqlite" => new SqliteProvider("Data Source=unused.db"),
            "SqlServer" => new SqlServerProvider("Server=unused;Database=unused"),
            _ => new PostgreSqlProvider("Host=unused;Database=unused"),
        };
        var options = new DbContextOptionsBuilder<StudioDbContext>();
        engine.Configure(options);
        return new StudioDbContext(options.Options);
    }
}
