using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// How rows of a kind are written without the change tracker, told by the model: table, columns, and where their values
/// come from. The key is the engine's to give and no column here.
/// </summary>
public sealed class RowPlan
{
    private static readonly ConcurrentDictionary<IEntityType, RowPlan> Plans = new();

    private RowPlan(IEntityType type)
    {
        if (type.GetNavigations().Any(n => n.TargetEntityType.IsOwned()) || type.GetComplexProperties().Any())
        {
            throw new NotSupportedException($"{type.DisplayName()} owns parts that lie in its row: add it through the context.");
        }

        Table = type.GetTableName()!;
        Columns = [.. type.GetProperties().Where(p => p.Name != nameof(Entity.Id)).Select(p => new RowColumn(p))];
    }

    /// <summary>The table's name, not delimited.</summary>
    public string Table { get; }

    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>The plan for a kind, made once a model.</summary>
    public static RowPlan Of<T>(DbContext db)
        where T : Entity
    {
        ArgumentNullException.ThrowIfNull(db);
        return Plans.GetOrAdd(db.Model.FindEntityType(typeof(T))!, type => new RowPlan(type));
    }
}

/// <summary>One column of a <see cref="RowPlan"/>.</summary>
public sealed class RowColumn
{
    private readonly Func<object, object?> _read;

    internal RowColumn(IProperty property)
    {
        Name = property.GetColumnName();
        Mapping = property.GetRelationalTypeMapping();
        var member = property.PropertyInfo ?? throw new NotSupportedException($"{property.DeclaringType.DisplayName()}.{property.Name} is no property of its class.");
        var read = Reader(member);
        _read = Mapping.Converter is { } converter ? row => read(row) is { } value ? converter.ConvertToProvider(value) : null : read;
    }

    /// <summary>The column's name, not delimited.</summary>
    public string Name { get; }

    public RelationalTypeMapping Mapping { get; }

    /// <summary>The column's value of a row, as the driver takes it; null for none.</summary>
    public object? Read(object row) => _read(row);

    private static Func<object, object?> Reader(PropertyInfo property)
    {
        var row = Expression.Parameter(typeof(object));
        var value = Expression.Property(Expression.Convert(row, property.DeclaringType!), property);
        return Expression.Lambda<Func<object, object?>>(Expression.Convert(value, typeof(object)), row).Compile();
    }
}
