using System.Data;
using System.Globalization;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>
/// Adds rows by SqlBulkCopy. Bulk copy gives no keys back, so it fills a temporary table; one statement then moves the
/// rows over in their order and tells the key of each by its public id.
/// </summary>
internal static class SqlServerInserts
{
    /// <summary>Fewer rows than this are as fast in one statement.</summary>
    public const int Few = 16;

    private const string Aside = "#Rows";
    private const string Place = "RowPlace";

    public static async Task RunAsync<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        var plan = RowPlan.Of<T>(db);
        var statements = Statements(plan, db.GetService<ISqlGenerationHelper>());
        var connection = (SqlConnection)db.Database.GetDbConnection();
        var transaction = (SqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        await using (var make = new SqlCommand(statements.Make, connection, transaction))
        {
            await make.ExecuteNonQueryAsync(cancellation);
        }

        using (var table = Table(plan, rows))
        using (var copy = new SqlBulkCopy(connection, SqlBulkCopyOptions.Default, transaction) { DestinationTableName = Aside, BulkCopyTimeout = 0 })
        {
            foreach (DataColumn column in table.Columns)
            {
                copy.ColumnMappings.Add(column.ColumnName, column.ColumnName);
            }

            await copy.WriteToServerAsync(table, cancellation);
        }

        var byPublicId = rows.ToDictionary(r => r.PublicId);
        await using (var move = new SqlCommand(statements.Move, connection, transaction) { CommandTimeout = 0 })
        await using (var keys = await move.ExecuteReaderAsync(cancellation))
        {
            while (await keys.ReadAsync(cancellation))
            {
                byPublicId[keys.GetGuid(1)].Id = keys.GetInt64(0);
            }
        }

        await using var drop = new SqlCommand($"DROP TABLE {Aside}", connection, transaction);
        await drop.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// The temporary table takes its columns from the table itself. Its key is left out, so that the copy is no identity
    /// column; ORDER BY gives the keys in the order of the rows.
    /// </summary>
    internal static (string Make, string Move) Statements(RowPlan plan, ISqlGenerationHelper sql)
    {
        var table = sql.DelimitIdentifier(plan.Table);
        var columns = string.Join(", ", plan.Columns.Select(c => sql.DelimitIdentifier(c.Name)));
        return (
            $"SELECT TOP (0) CAST(0 AS int) AS [{Place}], {columns} INTO {Aside} FROM {table}",
            $"INSERT INTO {table} ({columns}) OUTPUT inserted.[{nameof(Entity.Id)}], inserted.[{nameof(Entity.PublicId)}] SELECT {columns} FROM {Aside} ORDER BY [{Place}]");
    }

    /// <summary>The rows as bulk copy takes them: a column each of the plan, of the type that the driver stores.</summary>
    internal static DataTable Table<T>(RowPlan plan, IReadOnlyList<T> rows)
        where T : Entity
    {
        var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        table.Columns.Add(Place, typeof(int));
        foreach (var column in plan.Columns)
        {
            var type = column.Mapping.Converter?.ProviderClrType ?? column.Mapping.ClrType;
            table.Columns.Add(column.Name, Nullable.GetUnderlyingType(type) ?? type);
        }

        for (var i = 0; i < rows.Count; i++)
        {
            table.Rows.Add([i, .. plan.Columns.Select(c => c.Read(rows[i]) ?? DBNull.Value)]);
        }

        return table;
    }
}
