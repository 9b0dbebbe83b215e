using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>
/// Adds rows by COPY in its binary form. COPY gives no keys back, so they are taken from the table's sequence before:
/// ascending, as rows that are added one by one would get them.
/// </summary>
internal static class PostgreSqlInserts
{
    /// <summary>Fewer rows than this are as fast in one statement, which needs one round trip less.</summary>
    public const int Few = 16;

    public static async Task RunAsync<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        var plan = RowPlan.Of<T>(db);
        var sql = db.GetService<ISqlGenerationHelper>();
        var table = sql.DelimitIdentifier(plan.Table);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await ReserveAsync(db, connection, table, rows, cancellation);

        var columns = plan.Columns.Select(c => sql.DelimitIdentifier(c.Name)).Prepend(sql.DelimitIdentifier(nameof(Entity.Id)));
        await using var typed = connection.CreateCommand();
        var types = plan.Columns.Select(c => ((NpgsqlParameter)c.Mapping.CreateParameter(typed, "p", null, nullable: true)).NpgsqlDbType).ToArray();
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)", cancellation);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(row.Id, NpgsqlDbType.Bigint, cancellation);
            for (var i = 0; i < types.Length; i++)
            {
                await (plan.Columns[i].Read(row) is { } value ? copy.WriteAsync(value, types[i], cancellation) : copy.WriteNullAsync(cancellation));
            }
        }

        await copy.CompleteAsync(cancellation);
    }

    private static async Task ReserveAsync<T>(StudioDbContext db, NpgsqlConnection connection, string table, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        await using var command = new NpgsqlCommand(
            "SELECT nextval(pg_get_serial_sequence(@table, 'Id')::regclass) FROM generate_series(1, @count)", connection, (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction());
        command.Parameters.AddWithValue("table", table);
        command.Parameters.AddWithValue("count", rows.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        for (var i = 0; await reader.ReadAsync(cancellation); i++)
        {
            rows[i].Id = reader.GetInt64(0);
        }
    }
}
