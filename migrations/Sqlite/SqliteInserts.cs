using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// Adds rows by one prepared statement, told by the model: several times as fast as a change tracker that looks every row
/// over again at each save.
/// </summary>
internal static class SqliteInserts
{
    public static void Run<T>(StudioDbContext db, IReadOnlyList<T> rows, CancellationToken cancellation)
        where T : Entity
    {
        var plan = RowPlan.Of<T>(db);
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        using var command = connection.CreateCommand();
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = $"""
            INSERT INTO "{plan.Table}" ({string.Join(", ", plan.Columns.Select(c => $"\"{c.Name}\""))})
            VALUES ({string.Join(", ", plan.Columns.Select((_, i) => Parameter(i)))})
            """;
        var parameters = plan.Columns.Select((c, i) => (SqliteParameter)c.Mapping.CreateParameter(command, Parameter(i), null, nullable: true)).ToArray();
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

    private static string Parameter(int place) => FormattableString.Invariant($"@p{place}");
}
