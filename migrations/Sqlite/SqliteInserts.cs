using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// Adds rows by one prepared statement, told by the model: several times as fast as a change tracker that looks every row
/// over again at each save.
/// </summary>
internal static class SqliteInserts
{
    private static readonly ConcurrentDictionary<IEntityType, Plan> Plans = new();

    public static void Run<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        var plan = Plans.GetOrAdd(db.Model.FindEntityType(typeof(T))!, type => new Plan(type));
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        using var command = connection.CreateCommand();
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = plan.Sql;
        var parameters = plan.Columns.Select(c => (SqliteParameter)c.Mapping.CreateParameter(command, c.Parameter, null, nullable: true)).ToArray();
        command.Parameters.AddRange(parameters);
        command.Prepare();
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].Value = plan.Columns[i].Read(row) ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
            row.Id = SQLitePCL.raw.sqlite3_last_insert_rowid(connection.Handle);
        }
    }

    /// <summary>The statement for a type and where its values come from. The key is the engine's to give.</summary>
    private sealed class Plan
    {
        public Plan(IEntityType type)
        {
            Columns = [.. type.GetProperties().Where(p => p.Name != nameof(Entity.Id)).Select((p, i) => new PlanColumn(p, i))];
            Sql = $"""
                INSERT INTO "{type.GetTableName()}" ({string.Join(", ", Columns.Select(c => $"\"{c.Name}\""))})
                VALUES ({string.Join(", ", Columns.Select(c => c.Parameter))})
                """;
        }

        public string Sql { get; }

        public IReadOnlyList<PlanColumn> Columns { get; }
    }

    private sealed class PlanColumn
    {
        private readonly Func<object, object?> _read;

        public PlanColumn(IProperty property, int place)
        {
            Name = property.GetColumnName();
            Parameter = FormattableString.Invariant($"@p{place}");
            Mapping = property.GetRelationalTypeMapping();
            var member = property.PropertyInfo ?? throw new NotSupportedException($"{property.DeclaringType.DisplayName()}.{property.Name} is no property of its class.");
            var read = Reader(member);
            _read = Mapping.Converter is { } converter ? row => read(row) is { } value ? converter.ConvertToProvider(value) : null : read;
        }

        public string Name { get; }

        public string Parameter { get; }

        public RelationalTypeMapping Mapping { get; }

        public object? Read(object row) => _read(row);

        private static Func<object, object?> Reader(PropertyInfo property)
        {
            var row = System.Linq.Expressions.Expression.Parameter(typeof(object));
            var value = Expression.Property(Expression.Convert(row, property.DeclaringType!), property);
            return Expression.Lambda<Func<object, object?>>(Expression.Convert(value, typeof(object)), row).Compile();
        }
    }
}
