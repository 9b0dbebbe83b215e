using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.SqlServer;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>What can be known of SQL Server without one: its parser, and the rules that the parser does not know.</summary>
public sealed class SqlServerTests
{
    private static readonly ClaimHead Claim = new([1, 2, 3], [4], 7, DateTime.UnixEpoch, DateTime.UnixEpoch, new LaneStamp(4, [Guid.Empty, Guid.Empty], "stamp"));

    public static TheoryData<string, string> Broken => new()
    {
        { "CREATE TABLE T (A nvarchar(450) NOT NULL, B nvarchar(450) NOT NULL); CREATE INDEX I ON T (A, B);", "a nonclustered key of 1800 bytes" },
        { "CREATE TABLE T (A nvarchar(451) NOT NULL, CONSTRAINT P PRIMARY KEY (A));", "a clustered key of 902 bytes" },
        { "CREATE TABLE T (A nvarchar(max) NOT NULL); CREATE INDEX I ON T (A);", "cannot be in a key" },
        { "CREATE TABLE T (A int, B int); CREATE INDEX I ON T (A) WHERE A = 1 OR B = 2;", "line 1" },
        { "CREATE TABLE T (A int, B int); CREATE INDEX I ON T (A) WHERE A = B;", "line 1" },
        { "CREATE TABLE T (A int); CREATE INDEX I ON T (A) WHERE A NOT IN (1, 2);", "line 1" },
        { $"CREATE TABLE {new string('T', 129)} (A int);", "line 1" },
        { "CREATE TABLE T (A int, CONSTRAINT C UNIQUE (A)); CREATE TABLE U (A int, CONSTRAINT C UNIQUE (A));", "two constraints" },
        { "SET QUOTED_IDENTIFIER OFF;", "filtered indexes need it on" },
        {
            "CREATE TABLE A (I int); CREATE TABLE B (I int, CONSTRAINT F FOREIGN KEY (I) REFERENCES A (I) ON DELETE CASCADE);"
            + "CREATE TABLE C (I int, J int, CONSTRAINT G FOREIGN KEY (I) REFERENCES A (I) ON DELETE CASCADE, CONSTRAINT H FOREIGN KEY (J) REFERENCES B (I) ON DELETE CASCADE);",
            "several ways of cascading"
        },
        { "CREATE TABLE (A int);", "line 1" },
    };

    [Fact]
    public void Migration_script_keeps_every_rule()
    {
        using var db = Context();
        var script = db.GetService<IMigrator>().GenerateScript();

        SqlServerRules.Breaches(script).ShouldBeEmpty();
        script.ShouldContain("CREATE TABLE [ReviewTask]");
        script.ShouldContain("""WHERE "State" = 0""");
        script.ShouldNotContain("ON DELETE CASCADE");
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Rule_that_is_broken_is_found(string script, string told) => SqlServerRules.Breaches(script).ShouldContain(b => b.Contains(told));

    [Fact]
    public void Claim_updates_one_task_of_the_head_and_steps_over_locked_ones()
    {
        var update = Parse(SqlServerQueueStatements.ClaimSql(Claim)).Batches.Single().Statements.Single().ShouldBeOfType<UpdateStatement>().UpdateSpecification;
        var found = new Found();
        update.Accept(found);

        update.OutputClause.SelectColumns.Count.ShouldBeGreaterThan(0);
        found.Subqueries.ShouldContain(q => q.TopRowFilter != null && q.OrderByClause != null, "the best one, by rank");
        var locked = found.Tables.Where(t => Hints(t).Contains(TableHintKind.ReadPast)).ToList();
        locked.Count.ShouldBe(Claim.LaneIds.Count + Claim.PersonalLaneIds.Count, "the head of each lane");

        // READPAST is allowed under READ COMMITTED alone; where row versions are on, that needs READCOMMITTEDLOCK too.
        locked.ShouldAllBe(t => new[] { TableHintKind.UpdLock, TableHintKind.Rowlock, TableHintKind.ReadCommittedLock }.All(h => Hints(t).Contains(h)));
        locked.ShouldAllBe(t => t.SchemaObject.BaseIdentifier.Value == "ReviewTask");
    }

    [Fact]
    public void Nothing_changes_the_isolation_that_the_claim_needs()
    {
        using var db = Context();
        var found = new Found();
        Parse(db.GetService<IMigrator>().GenerateScript()).Accept(found);
        Parse(SqlServerQueueStatements.ClaimSql(Claim)).Accept(found);

        found.Isolations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(typeof(Item))]
    [InlineData(typeof(ItemPart))]
    [InlineData(typeof(ReviewCase))]
    [InlineData(typeof(ReviewTask))]
    [InlineData(typeof(LabelledExample))]
    [InlineData(typeof(OutboxMessage))]
    public void Bulk_copy_fills_every_column_by_its_type_and_in_one_order(Type kind) =>
        typeof(SqlServerTests).GetMethod(nameof(BulkOf), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.MakeGenericMethod(kind).Invoke(null, null);

    [Fact]
    public void Jobs_are_queued_in_the_database() => SqlServerJobStorage.Options().SchemaName.ShouldBe("hangfire");

    private static void BulkOf<T>()
        where T : Entity, new()
    {
        using var db = Context();
        var plan = RowPlan.Of<T>(db);
        using var table = SqlServerInserts.Table(plan, [Made<T>(), Made<T>()]);
        var (make, move) = SqlServerInserts.Statements(plan, db.GetService<ISqlGenerationHelper>());

        Parse(make);
        Parse(move).Batches.Single().Statements.Single().ShouldBeOfType<InsertStatement>().InsertSpecification.Columns
            .Select(c => c.MultiPartIdentifier.Identifiers[0].Value).ShouldBe(plan.Columns.Select(c => c.Name));
        var properties = db.Model.FindEntityType(typeof(T))!.GetProperties().Where(p => !p.IsPrimaryKey()).ToList();
        plan.Columns.Select(c => c.Name).ShouldBe(properties.Select(p => p.GetColumnName()), ignoreOrder: true);
        foreach (var property in properties)
        {
            var type = property.GetRelationalTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
            table.Columns[property.GetColumnName()]!.DataType.ShouldBe(Nullable.GetUnderlyingType(type) ?? type, property.Name);
        }

        table.Rows.Count.ShouldBe(2);
        table.Rows[1]["RowPlace"].ShouldBe(1);
    }

    /// <summary>With instants that may be stored.</summary>
    private static T Made<T>()
        where T : Entity, new()
    {
        var made = new T();
        foreach (var instant in typeof(T).GetProperties().Where(p => p.PropertyType == typeof(DateTime) && p.CanWrite))
        {
            instant.SetValue(made, DateTime.UnixEpoch);
        }

        return made;
    }

    private static IEnumerable<TableHintKind> Hints(NamedTableReference table) => table.TableHints.Select(h => h.HintKind);

    private static TSqlScript Parse(string script)
    {
        using var reader = new StringReader(script);
        var tree = new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        errors.Select(e => $"line {e.Line}: {e.Message}").ShouldBeEmpty();
        return (TSqlScript)tree;
    }

    private static StudioDbContext Context()
    {
        var options = new DbContextOptionsBuilder<StudioDbContext>();
        new SqlServerProvider("Server=unused;Database=unused").Configure(options);
        return new StudioDbContext(options.Options);
    }

    private sealed class Found : TSqlFragmentVisitor
    {
        public List<NamedTableReference> Tables { get; } = [];

        public List<QuerySpecification> Subqueries { get; } = [];

        public List<SetTransactionIsolationLevelStatement> Isolations { get; } = [];

        public override void Visit(NamedTableReference node) => Tables.Add(node);

        public override void Visit(QuerySpecification node) => Subqueries.Add(node);

        public override void Visit(SetTransactionIsolationLevelStatement node) => Isolations.Add(node);
    }
}
