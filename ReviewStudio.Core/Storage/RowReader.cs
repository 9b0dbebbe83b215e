using System.Data.Common;
using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// Reads whole rows of one table out of statements that the change tracker's queries cannot express: several results in
/// one round trip, rows that are held. Told by the model, so that a new column is read without being named here.
/// </summary>
public sealed class RowReader<T>
    where T : Entity, new()
{
    private readonly Action<T, DbDataReader, int>[] _setters;

    private RowReader(IEntityType type)
    {
        if (type.GetComplexProperties().Any())
        {
            throw new NotSupportedException($"{type.DisplayName()} has values inside values, which this does not read.");
        }

        var properties = type.GetProperties().ToList();
        Names = properties.ConvertAll(p => p.GetColumnName());
        _setters = [.. properties.Select(Setter)];
    }

    /// <summary>The columns in the order in which they are read.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A reader for the context's engine; kept by the caller, as making it costs a while.</summary>
    public static RowReader<T> For(StudioDbContext db)
    {
        ArgumentNullException.ThrowIfNull(db);
        return new RowReader<T>(db.Model.FindEntityType(typeof(T))!);
    }

    /// <summary>The columns as a select list.</summary>
    /// <param name="alias">What the statement calls the table.</param>
    public string Columns(string alias) => string.Join(", ", Names.Select(n => $"{alias}.\"{n}\""));

    /// <summary>The row whose first column stands at <paramref name="from"/> in the reader's present row.</summary>
    public T Read(DbDataReader reader, int from)
    {
        var row = new T();
        for (var i = 0; i < _setters.Length; i++)
        {
            _setters[i](row, reader, from + i);
        }

        return row;
    }

    /// <summary>As the engine's mapping reads the column: its method of the reader, then its converter.</summary>
    private static Action<T, DbDataReader, int> Setter(IProperty property)
    {
        var mapping = property.GetRelationalTypeMapping();
        var (row, reader, at) = (Expression.Parameter(typeof(T)), Expression.Parameter(typeof(DbDataReader)), Expression.Parameter(typeof(int)));
        var method = mapping.GetDataReaderMethod();
        Expression value = mapping.CustomizeDataReaderExpression(Expression.Call(Expression.Convert(reader, method.DeclaringType!), method, at));
        if (mapping.Converter is { } converter)
        {
            var from = converter.ConvertFromProviderExpression;
            value = Expression.Convert(value, converter.ProviderClrType);
            value = ReplacingExpressionVisitor.Replace(from.Parameters[0], value.Type == from.Parameters[0].Type ? value : Expression.Convert(value, from.Parameters[0].Type), from.Body);
        }

        var target = Expression.Property(row, property.PropertyInfo ?? throw new NotSupportedException(
            string.Create(CultureInfo.InvariantCulture, $"{property.DeclaringType.DisplayName()}.{property.Name} is no property of its class.")));
        value = value.Type == target.Type ? value : Expression.Convert(value, target.Type);
        var missing = Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, at);
        return Expression.Lambda<Action<T, DbDataReader, int>>(
            Expression.Assign(target, property.IsNullable ? Expression.Condition(missing, Expression.Default(target.Type), value) : value), row, reader, at).Compile();
    }
}
