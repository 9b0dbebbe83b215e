using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace ReviewStudio.Core.Storage;

/// <summary>One value of a statement.</summary>
public readonly record struct RowValue(RelationalTypeMapping Mapping, object? Value, bool Nullable);

/// <summary>An insert or update of one row.</summary>
/// <param name="Sql">The statement; the same text for the same columns, so that it can be prepared.</param>
/// <param name="Values">Its values in order.</param>
public sealed record RowStatement(string Sql, IReadOnlyList<RowValue> Values);

/// <summary>
/// What a context tracks as changed, as plain statements: for the few writes that are so frequent that their price
/// matters. Keys that the engine gives are not read back, so nothing may build on the rows afterwards. Save guards are not
/// asked: it is for tables that have none.
/// </summary>
public sealed class TrackedRows(Func<int, string> placeholder)
{
    private readonly ConcurrentDictionary<(IEntityType Type, string Columns), string> _texts = new();
    private readonly ConcurrentDictionary<IEntityType, int> _depths = new();
    private readonly ConcurrentDictionary<IEntityType, bool> _plain = new();

    /// <summary>The statements in an order in which rows come after those that they refer to; null where only SaveChanges will do.</summary>
    public List<RowStatement>? Read(StudioDbContext db)
    {
        ArgumentNullException.ThrowIfNull(db);
        var changed = db.ChangeTracker.Entries().Where(e => e.State is not (EntityState.Unchanged or EntityState.Detached)).ToList();
        return changed.Exists(e => e.State == EntityState.Deleted || !_plain.GetOrAdd(e.Metadata, Plain)) ? null
            : [.. changed.OrderBy(e => Depth(e.Metadata)).ThenBy(e => e.State).Select(Statement)];
    }

    /// <summary>Whether a row's columns are its properties, and nothing is compared at saving.</summary>
    private static bool Plain(IEntityType type) =>
        !type.GetComplexProperties().Any() && !type.GetProperties().Any(p => p.IsConcurrencyToken || p.PropertyInfo is null) && type.FindPrimaryKey()!.Properties.Count == 1;

    private RowStatement Statement(EntityEntry entry)
    {
        var type = entry.Metadata;
        var key = type.FindPrimaryKey()!.Properties[0];
        if (entry.State == EntityState.Added)
        {
            var own = (long)key.GetGetter().GetClrValue(entry.Entity)! > 0;
            var columns = type.GetProperties().Where(p => own || p != key).ToList();
            return new RowStatement(_texts.GetOrAdd((type, own ? "+" : ""), _ => InsertText(type, columns)), columns.ConvertAll(c => Value(c, entry.Entity)));
        }

        var changed = entry.Properties.Where(p => p.IsModified).Select(p => p.Metadata).ToList();
        return new RowStatement(
            _texts.GetOrAdd((type, string.Join(',', changed.Select(c => c.Name))), _ => UpdateText(type, changed, key)),
            [.. changed.Select(c => Value(c, entry.Entity)), Value(key, entry.Entity)]);
    }

    private static RowValue Value(IProperty property, object row)
    {
        var (mapping, value) = (property.GetRelationalTypeMapping(), property.GetGetter().GetClrValue(row));
        return new RowValue(mapping, value, property.IsNullable);
    }

    private string InsertText(IEntityType type, List<IProperty> columns) => $"""
        INSERT INTO "{type.GetTableName()}" ({string.Join(", ", columns.Select(c => $"\"{c.GetColumnName()}\""))})
        VALUES ({string.Join(", ", columns.Select((_, i) => placeholder(i)))})
        """;

    private string UpdateText(IEntityType type, List<IProperty> changed, IProperty key) => $"""
        UPDATE "{type.GetTableName()}" SET {string.Join(", ", changed.Select((c, i) => $"\"{c.GetColumnName()}\" = {placeholder(i)}"))}
        WHERE "{key.GetColumnName()}" = {placeholder(changed.Count)}
        """;

    /// <summary>How many references deep a table stands: what it refers to is written before it.</summary>
    private int Depth(IEntityType type) => _depths.GetOrAdd(type, Measure);

    private int Measure(IEntityType type) => type.GetForeignKeys().Select(k => k.PrincipalEntityType)
        .Where(p => p != type).Select(p => 1 + Measure(p)).DefaultIfEmpty(0).Max();
}
