using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
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
    public void Sql_server_keys_fit_and_nothing_cascades()
    {
        using var db = Context("SqlServer");
        var model = db.GetService<IDesignTimeModel>().Model;
        foreach (var entity in model.GetEntityTypes())
        {
            entity.GetForeignKeys().Where(k => !k.IsOwnership).ShouldAllBe(f => f.DeleteBehavior == DeleteBehavior.NoAction);
            foreach (var index in entity.GetIndexes())
            {
                // SQL Server: at most 1,700 bytes a nonclustered key, two bytes a character.
                var bytes = index.Properties.Sum(p => p.ClrType == typeof(string) ? 2 * (p.GetMaxLength() ?? int.MaxValue / 4) : 16);
                bytes.ShouldBeLessThanOrEqualTo(1_700, $"{entity.ShortName()} ({string.Join(", ", index.Properties.Select(p => p.Name))})");
            }
        }
    }

    [Fact]
    public void Sql_server_claim_parses_as_T_SQL()
    {
        var claim = new ClaimHead([1, 2, 3], [4], 7, DateTime.UnixEpoch, DateTime.UnixEpoch);

        Parse(SqlServerQueueStatements.ClaimSql(claim)).ShouldBeEmpty();
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
