using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>An insert or update written by hand for the driver: its parameters are made once and only their values change.</summary>
internal sealed class BareStatement
{
    private readonly IReadOnlyList<IProperty> _columns;
    private readonly List<DbParameter> _parameters = [];

    private BareStatement(string sql, IReadOnlyList<IProperty> columns) => (Sql, _columns) = (sql, columns);

    public string Sql { get; }

    /// <param name="place">How the engine calls the parameter of a place.</param>
    /// <param name="key">Whether the row brings its key.</param>
    public static BareStatement Insert<T>(StudioDbContext db, Func<int, string> place, bool key = false)
        where T : Entity
    {
        var type = db.Model.FindEntityType(typeof(T))!;
        var columns = type.GetProperties().Where(p => key || p.Name != nameof(Entity.Id)).ToList();
        return new BareStatement(
            $"INSERT INTO \"{type.GetTableName()}\" ({string.Join(", ", columns.Select(c => $"\"{c.GetColumnName()}\""))}) VALUES ({string.Join(", ", columns.Select((_, i) => place(i)))})", columns);
    }

    /// <param name="place">How the engine calls the parameter of a place.</param>
    /// <param name="properties">What is changed.</param>
    public static BareStatement Update<T>(StudioDbContext db, Func<int, string> place, params string[] properties)
        where T : Entity
    {
        var type = db.Model.FindEntityType(typeof(T))!;
        var columns = properties.Append(nameof(Entity.Id)).Select(p => type.FindProperty(p)!).ToList();
        return new BareStatement(
            $"UPDATE \"{type.GetTableName()}\" SET {string.Join(", ", properties.Select((_, i) => $"\"{columns[i].GetColumnName()}\" = {place(i)}"))} WHERE \"Id\" = {place(properties.Length)}", columns);
    }

    /// <summary>Makes the parameters.</summary>
    /// <param name="maker">A command that can make them.</param>
    /// <param name="target">Where they belong.</param>
    /// <param name="name">What the engine calls them; empty where it goes by their places.</param>
    public void Bind(DbCommand maker, DbParameterCollection target, Func<int, string> name)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            var parameter = _columns[i].GetRelationalTypeMapping().CreateParameter(maker, name(i), null, nullable: true);
            _parameters.Add(parameter);
            target.Add(parameter);
        }
    }

    public void Set(object row)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            var value = _columns[i].GetGetter().GetClrValue(row);
            _parameters[i].Value = (value is not null && _columns[i].GetRelationalTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value) ?? DBNull.Value;
        }
    }
}
