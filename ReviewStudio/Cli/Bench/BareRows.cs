using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>Single rows written by hand through the database driver: what the same row costs without an object mapper.</summary>
internal static class BareRows
{
    /// <returns>The row's key.</returns>
    public static async Task<long> InsertAsync<T>(StudioDbContext db, T row)
        where T : Entity
    {
        var type = db.Model.FindEntityType(typeof(T))!;
        var columns = type.GetProperties().Where(p => !p.IsPrimaryKey()).ToList();
        await using var command = Command(
            db, $"INSERT INTO \"{type.GetTableName()}\" ({string.Join(", ", columns.Select(c => $"\"{c.GetColumnName()}\""))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))}) RETURNING \"Id\"");
        for (var i = 0; i < columns.Count; i++)
        {
            Add(command, $"p{i}", columns[i], columns[i].GetGetter().GetClrValue(row));
        }

        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <param name="set">Column assignments and condition with <c>@a</c>, <c>@b</c> … in the order of <paramref name="values"/>.</param>
    public static async Task UpdateAsync<T>(StudioDbContext db, string set, params (string Property, object? Value)[] values)
    {
        var type = db.Model.FindEntityType(typeof(T))!;
        await using var command = Command(db, $"UPDATE \"{type.GetTableName()}\" SET {set}");
        for (var i = 0; i < values.Length; i++)
        {
            Add(command, $"{(char)('a' + i)}", type.FindProperty(values[i].Property)!, values[i].Value);
        }

        if (await command.ExecuteNonQueryAsync() != 1)
        {
            throw new InvalidOperationException("The bare loop found another row than it claimed.");
        }
    }

    private static DbCommand Command(StudioDbContext db, string sql)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = sql;
        return command;
    }

    private static void Add(DbCommand command, string name, IProperty property, object? value) =>
        command.Parameters.Add(property.GetRelationalTypeMapping().CreateParameter(command, "@" + name, value, property.IsNullable));
}
