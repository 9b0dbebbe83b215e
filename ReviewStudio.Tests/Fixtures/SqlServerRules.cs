using System.Globalization;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>
/// What SQL Server refuses although its parser does not: bounds of keys, names used twice, settings, and ways to cascade. Read from
/// the tree of a script that makes a database.
/// </summary>
public sealed class SqlServerRules : TSqlFragmentVisitor
{
    private const int LargestClusteredKey = 900;
    private const int LargestKey = 1_700;
    private const int MostKeyColumns = 32;

    private readonly Dictionary<string, Dictionary<string, int>> _bytes = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string From, string To)> _cascades = [];
    private readonly HashSet<string> _constraints = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _breaches = [];

    public static IReadOnlyList<string> Breaches(string script)
    {
        using var reader = new StringReader(script);
        var tree = new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        var rules = new SqlServerRules();
        rules._breaches.AddRange(errors.Select(e => $"line {e.Line}: {e.Message}"));
        tree?.Accept(rules);
        rules.Cascades();
        return rules._breaches;
    }

    public override void ExplicitVisit(CreateTableStatement node)
    {
        var table = node.SchemaObjectName.BaseIdentifier.Value;
        _bytes[table] = node.Definition.ColumnDefinitions.ToDictionary(c => c.ColumnIdentifier.Value, c => Bytes(c.DataType), StringComparer.OrdinalIgnoreCase);
        foreach (var constraint in node.Definition.TableConstraints)
        {
            Constraint(table, constraint);
        }

        base.ExplicitVisit(node);
    }

    public override void ExplicitVisit(AlterTableAddTableElementStatement node)
    {
        foreach (var constraint in node.Definition.TableConstraints)
        {
            Constraint(node.SchemaObjectName.BaseIdentifier.Value, constraint);
        }

        base.ExplicitVisit(node);
    }

    public override void ExplicitVisit(CreateIndexStatement node)
    {
        var table = node.OnName.BaseIdentifier.Value;
        Key($"{table}.{node.Name.Value}", table, node.Columns, node.Clustered == true);
        base.ExplicitVisit(node);
    }

    /// <summary>Filtered indexes and JSON need these settings on, for whoever makes and whoever writes.</summary>
    public override void Visit(PredicateSetStatement node)
    {
        if (!node.IsOn && (node.Options & (SetOptions.QuotedIdentifier | SetOptions.AnsiNulls | SetOptions.AnsiPadding | SetOptions.AnsiWarnings | SetOptions.ArithAbort | SetOptions.ConcatNullYieldsNull)) != SetOptions.None)
        {
            _breaches.Add($"SET {node.Options} OFF: filtered indexes need it on");
        }
    }

    private void Constraint(string table, ConstraintDefinition constraint)
    {
        if (constraint.ConstraintIdentifier is { } name && !_constraints.Add(name.Value))
        {
            _breaches.Add($"{name.Value}: two constraints of one schema have this name");
        }

        switch (constraint)
        {
            case UniqueConstraintDefinition unique:
                Key($"{table}.{unique.ConstraintIdentifier?.Value}", table, unique.Columns, unique.Clustered ?? unique.IsPrimaryKey);
                break;
            case ForeignKeyConstraintDefinition foreign when foreign.DeleteAction is not (DeleteUpdateAction.NotSpecified or DeleteUpdateAction.NoAction):
                _cascades.Add((foreign.ReferenceTableName.BaseIdentifier.Value, table));
                break;
        }
    }

    private void Key(string name, string table, IList<ColumnWithSortOrder> columns, bool clustered)
    {
        var names = columns.Select(c => c.Column.MultiPartIdentifier.Identifiers[^1].Value).ToList();
        var bytes = names.Sum(c => (long)_bytes[table][c]);
        var most = clustered ? LargestClusteredKey : LargestKey;
        if (bytes > most)
        {
            _breaches.Add(bytes >= int.MaxValue
                ? $"{name}: a column without bounds cannot be in a key"
                : string.Create(CultureInfo.InvariantCulture, $"{name}: a {(clustered ? "clustered" : "nonclustered")} key of {bytes} bytes; at most {most} fit"));
        }

        if (names.Count > MostKeyColumns)
        {
            _breaches.Add($"{name}: a key has at most {MostKeyColumns} columns");
        }
    }

    /// <summary>No table may be reached from another by two ways of cascading, nor from itself.</summary>
    private void Cascades()
    {
        foreach (var start in _cascades.Select(c => c.From).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var reached = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { start };
            var next = new Queue<string>([start]);
            while (next.TryDequeue(out var at))
            {
                foreach (var (_, to) in _cascades.Where(c => string.Equals(c.From, at, StringComparison.OrdinalIgnoreCase)))
                {
                    if (!reached.Add(to))
                    {
                        _breaches.Add($"{to}: several ways of cascading lead here from {start}");
                        return;
                    }

                    next.Enqueue(to);
                }
            }
        }
    }

    /// <summary>The most bytes that a value takes in a key; without bounds, more than any key holds.</summary>
    private static int Bytes(DataTypeReference? type)
    {
        if (type is not SqlDataTypeReference sql)
        {
            return int.MaxValue;
        }

        var first = sql.Parameters.FirstOrDefault();
        if (first is MaxLiteral)
        {
            return int.MaxValue;
        }

        var length = first is null ? 1 : int.Parse(first.Value, CultureInfo.InvariantCulture);
        return sql.SqlDataTypeOption switch
        {
            SqlDataTypeOption.NVarChar or SqlDataTypeOption.NChar => 2 * length,
            SqlDataTypeOption.VarChar or SqlDataTypeOption.Char or SqlDataTypeOption.VarBinary or SqlDataTypeOption.Binary => length,
            SqlDataTypeOption.Bit or SqlDataTypeOption.TinyInt => 1,
            SqlDataTypeOption.SmallInt => 2,
            SqlDataTypeOption.Int or SqlDataTypeOption.Real => 4,
            SqlDataTypeOption.BigInt or SqlDataTypeOption.Float or SqlDataTypeOption.DateTime2 => 8,
            SqlDataTypeOption.DateTimeOffset => 10,
            SqlDataTypeOption.UniqueIdentifier => 16,
            SqlDataTypeOption.Decimal or SqlDataTypeOption.Numeric => 17,
            _ => int.MaxValue,
        };
    }
}
